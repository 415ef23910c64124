import { renameSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { request } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { openColdStore } from '../../../service/cold/open.ts';
import { RecordInvalid, type UsageStore, UsageStoreUnavailable } from '../../../service/contracts/usage.ts';
import type { UsageConfig } from '../../../service/shared/config-types.ts';
import { createMetrics } from '../../../service/shared/metrics.ts';
import { openUsageLog, UsageLogUnavailable } from '../../../service/usage/client.ts';
import { openDatabase, quoteFiles } from '../../../service/usage/duckdb.ts';
import { writeRecord } from '../../../service/usage/record.ts';
import { type RunningUsage, startUsage, type UsageDependencies } from '../../../service/usage/start.ts';
import { openUsageStore } from '../../../service/usage/store.ts';
import { eventually, noon, quiet, record, records, usageConfig, useFolders } from './support.ts';

const makeFolder = useFolders();
const running: RunningUsage[] = [];
afterEach(async () => {
  for (const usage of running.splice(0)) await usage.close();
});

async function start(config: UsageConfig, more: Partial<UsageDependencies> = {}) {
  const metrics = createMetrics('usage');
  const usage = await startUsage(config, { logger: quiet, metrics, ...more });
  running.push(usage);
  const url = usage.addresses['listen'] ?? '';
  const post = (body: string, query = '') =>
    request(`${url}/v1/records${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body,
    });
  return { usage, metrics, url, post };
}

const lines = (all: readonly Parameters<typeof writeRecord>[0][]) => all.map(writeRecord).join('');

/** Request ids of all landing objects, each as often as it occurs. */
async function landed(config: UsageConfig): Promise<string[]> {
  const cold = await openColdStore(config.coldStore);
  const keys = (await cold.list('landing/')).map(({ key }) => key);
  await cold.close();
  if (keys.length === 0) return [];
  const root = join(new URL(config.coldStore.url).pathname, config.coldStore.bucket, 'objects');
  const database = await openDatabase({ threads: 1 });
  try {
    const rows = await database.rows(
      `SELECT request_id FROM read_parquet(${quoteFiles(keys.map((key) => join(root, key)))}) ORDER BY 1`,
    );
    return rows.map((row) => String(row['request_id']));
  } finally {
    database.close();
  }
}

async function requestsOf(config: UsageConfig, customer = 'acme'): Promise<number> {
  const store = openUsageStore(config.store);
  const { requests } = await store.total(customer, noon - 86_400_000, noon + 86_400_000);
  await store.close();
  return requests;
}

const idsOf = (count: number) =>
  records(count)
    .map(({ requestId }) => requestId)
    .sort();

describe('the aggregator', () => {
  it('brings every record to the landing area once, and its sums to the batch store', async () => {
    const config = usageConfig(makeFolder(), { batchRecords: 100 });
    const { usage, post } = await start(config);
    for (let batch = 0; batch < 5; batch++) {
      const part = records(100).map((each) => ({
        ...each,
        requestId: `request-${batch * 100 + Number(each.requestId.slice(8))}`,
      }));
      expect((await post(lines(part))).statusCode).toBe(204);
    }
    await usage.drain();
    expect(await landed(config)).toEqual(idsOf(500));
    const store = openUsageStore(config.store);
    expect(await store.total('acme', noon, noon + 60_000)).toEqual({
      customer: 'acme',
      requests: 500,
      bytesIn: 500 * 200_000,
      bytesOut: 500 * 30_000,
      pixels: 500 * 12_000_000,
      cpuMicroseconds: 500 * 20_000,
    });
    await store.close();
  });

  it('rolls up by customer and window, and leaves out what was not served', async () => {
    const config = usageConfig(makeFolder());
    const { usage } = await start(config);
    await usage.log.append([
      record(1),
      record(2, { customer: 'other' }),
      record(3, { finishedAt: noon + 60_000 }),
      record(4, { outcome: 'late' }),
      record(5, { outcome: 'unanswered' }),
    ]);
    await usage.drain();
    expect(await requestsOf(config)).toBe(2);
    expect(await requestsOf(config, 'other')).toBe(1);
    const store = openUsageStore(config.store);
    expect((await store.total('acme', noon + 60_000, noon + 120_000)).requests).toBe(1);
    await store.close();
  });

  it('takes a record with 202 before it is synced when the caller does not wait', async () => {
    const config = usageConfig(makeFolder());
    const { usage, post } = await start(config);
    expect((await post(lines(records(3)), '?wait=false')).statusCode).toBe(202);
    await usage.drain();
    expect(await landed(config)).toEqual(idsOf(3));
  });

  it('refuses a batch with a bad line as a whole, and names the line', async () => {
    const config = usageConfig(makeFolder());
    const { usage, post } = await start(config);
    const bad: readonly [string, string][] = [
      ['no json', 'line 2 is no JSON'],
      ['null', 'line 2 is no object'],
      [JSON.stringify({ ...record(1), cpuMicroseconds: 1.5 }), 'cpuMicroseconds'],
      [JSON.stringify({ ...record(1), bytesIn: -1 }), 'bytesIn'],
      [
        JSON.stringify({ ...record(1), finishedAt: 8.64e15 + 1 }),
        'finishedAt must be whole Unix milliseconds',
      ],
      [JSON.stringify({ ...record(1), finishedAt: Date.UTC(2101, 0, 1) }), 'finishedAt'],
      [JSON.stringify({ ...record(1), deadlineAt: 0 }), 'deadlineAt must be whole Unix milliseconds'],
      [JSON.stringify({ ...record(1), deadlineAt: Date.UTC(2020, 0, 1) - 1 }), 'deadlineAt'],
      [JSON.stringify({ ...record(1), deadlineAt: noon + 0.5 }), 'deadlineAt'],
      [JSON.stringify({ ...record(1), customer: '' }), 'customer'],
      [JSON.stringify({ ...record(1), customer: 'a\u0000b' }), 'customer'],
      [JSON.stringify({ ...record(1), outcome: 'free' }), 'outcome'],
      [JSON.stringify({ ...record(1), requestId: undefined }), 'requestId'],
    ];
    for (const [line, reason] of bad) {
      const answer = await post(`${lines([record(1)])}${line}\n`);
      expect(answer.statusCode).toBe(400);
      expect(((await answer.body.json()) as { detail: string }).detail).toContain(reason);
    }
    await usage.drain();
    expect(await landed(config)).toEqual([]);
  });

  it('refuses records of another content type, of which it stores nothing', async () => {
    const config = usageConfig(makeFolder());
    const { usage, url } = await start(config);
    const send = (headers: Record<string, string>, body?: string) =>
      request(`${url}/v1/records`, { method: 'POST', headers, body: body ?? null });
    const line = lines([record(1)]);
    const refused = await Promise.all([
      send({ 'content-type': 'application/json' }, line),
      send({ 'content-type': 'text/plain' }, line),
      send({ 'content-type': 'application/x-www-form-urlencoded' }, line),
      send({}, line),
      send({}),
    ]);
    for (const answer of refused) {
      expect(answer.statusCode).toBe(415);
      expect(answer.headers['content-type']).toContain('application/problem+json');
      expect(await answer.body.json()).toMatchObject({ code: 'unsupported-media-type' });
    }
    const taken = await send({ 'content-type': 'Application/X-NDJSON; charset=utf-8' }, line);
    expect(taken.statusCode).toBe(204);
    expect((await send({ 'content-type': 'application/x-ndjson' }, '')).statusCode).toBe(204);
    await usage.drain();
    expect(await landed(config)).toEqual(['request-1']);
  });

  it('takes times of the first and the last day that it knows', async () => {
    const { usage } = await start(usageConfig(makeFolder()));
    await usage.log.append([
      record(1, { finishedAt: Date.UTC(2020, 0, 1), deadlineAt: Date.UTC(2101, 0, 1) - 1 }),
    ]);
  });

  it('keeps odd but honest text as it is', async () => {
    const config = usageConfig(makeFolder());
    const { usage } = await start(config);
    const odd = `a"b'c\\d{}é漢🙂`;
    await usage.log.append([record(1, { requestId: odd, customer: odd })]);
    await usage.drain();
    expect(await landed(config)).toEqual([odd]);
    expect(await requestsOf(config, odd)).toBe(1);
  });

  it('keeps everything while the batch store is away, ships raw records meanwhile, and catches up', async () => {
    const config = usageConfig(makeFolder());
    const embedded = openUsageStore(config.store);
    let isAway = true;
    const store: UsageStore = {
      ...embedded,
      write: (rows) => (isAway ? Promise.reject(new UsageStoreUnavailable('away')) : embedded.write(rows)),
    };
    const { usage, metrics } = await start(config, { store });
    await usage.log.append(records(50));
    await eventually(
      () => landed(config),
      (ids) => ids.length === 50,
    );
    await eventually(
      () => metrics.text(),
      (text) => /rows_total\{result="retried"\} [1-9]/.test(text),
    );
    expect(await requestsOf(config)).toBe(0);
    isAway = false;
    await eventually(
      () => requestsOf(config),
      (requests) => requests === 50,
    );
    await usage.drain();
    expect(await landed(config)).toEqual(idsOf(50));
    await embedded.close();
  });

  it('keeps everything while cold storage is away, and ships each record once when it is back', async () => {
    const folder = makeFolder();
    const config = usageConfig(folder);
    const { usage } = await start(config);
    renameSync(join(folder, 'cold'), join(folder, 'elsewhere'));
    await usage.log.append(records(50));
    await eventually(
      () => requestsOf(config),
      (requests) => requests === 50,
    );
    renameSync(join(folder, 'elsewhere'), join(folder, 'cold'));
    await eventually(
      () => landed(config),
      (ids) => ids.length === 50,
    );
    await usage.drain();
    expect(await landed(config)).toEqual(idsOf(50));
  });

  it('takes no more than its bound while a destination is away, and says when to come again', async () => {
    const folder = makeFolder();
    const config = usageConfig(folder, { bufferBytes: 40_000 });
    const { usage, post } = await start(config);
    renameSync(join(folder, 'cold'), join(folder, 'elsewhere'));
    let taken = 0;
    let answer = await post(lines([record(taken)]));
    for (; answer.statusCode === 204; answer = await post(lines([record(taken)]))) taken += 1;
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(taken).toBeGreaterThan(100);
    renameSync(join(folder, 'elsewhere'), join(folder, 'cold'));
    await eventually(
      () => landed(config),
      (ids) => ids.length === taken,
    );
    await eventually(
      () => post(lines([record('after')])),
      ({ statusCode }) => statusCode === 204,
    );
    await usage.drain();
    expect(await landed(config)).toEqual([...idsOf(taken), 'request-after'].sort());
  });

  it('goes on after a restart where it was, without shipping or counting anything twice', async () => {
    const config = usageConfig(makeFolder(), { batchInterval: 3600 });
    for (let time = 0; time < 3; time++) {
      const { usage } = await start(config);
      await usage.log.append([record(`${time}-a`), record(`${time}-b`)]);
      // Without shipping in the second round, so that the third one has two segments to bring.
      await (time === 1 ? usage.close() : usage.drain());
    }
    expect(await landed(config)).toHaveLength(6);
    expect(new Set(await landed(config)).size).toBe(6);
    expect(await requestsOf(config)).toBe(6);
  });

  it('ships a batch under the same key when its answer was lost', async () => {
    const config = usageConfig(makeFolder());
    const cold = await openColdStore(config.coldStore);
    let failures = 2;
    const forgetful = {
      ...cold,
      put: async (key: string, bytes: Uint8Array) => {
        await cold.put(key, bytes);
        if (failures-- > 0) throw new Error('the answer was lost');
      },
    };
    const { usage } = await start(config, { cold: forgetful });
    await usage.log.append(records(10));
    await eventually(
      () => failures,
      (left) => left < 0,
    );
    await usage.log.append([record('later')]);
    await usage.drain();
    expect(await landed(config)).toEqual([...idsOf(10), 'request-later'].sort());
    await cold.close();
  });

  it('answers on /livez, /readyz and /metrics, and is not ready while it drains', async () => {
    const { usage, url, metrics } = await start(usageConfig(makeFolder()));
    for (const path of ['/livez', '/readyz', '/metrics']) {
      expect((await request(`${url}${path}`)).statusCode).toBe(200);
    }
    await usage.log.append(records(7));
    expect(await metrics.text()).toContain('headroom_usage_records_total{stage="written"} 7');
    await usage.drain();
    const text = await metrics.text();
    expect(text).toContain('headroom_usage_records_total{stage="shipped"} 7');
    expect(text).toContain('headroom_usage_records_total{stage="rolled_up"} 7');
    await expect(usage.log.append([record(1)])).rejects.toThrow('stopping');
  });

  it('gives its folder back when it cannot start', async () => {
    const config = usageConfig(makeFolder());
    const { url } = await start(usageConfig(makeFolder()));
    const taken = { host: '127.0.0.1', port: Number(new URL(url).port) };
    await expect(start({ ...config, listen: taken })).rejects.toThrow('EADDRINUSE');
    await start(config);
  });

  it('is not started twice on one folder', async () => {
    const config = usageConfig(makeFolder());
    await start(config);
    await expect(start(config)).rejects.toThrow('another process uses');
  });
});

describe('the client of the aggregator', () => {
  it('resolves when the records are in the log, many at once in few requests', async () => {
    const config = usageConfig(makeFolder());
    const { usage, url } = await start(config);
    const log = openUsageLog(url);
    await Promise.all(records(300).map((each) => log.append([each])));
    await usage.drain();
    await log.close();
    expect(await landed(config)).toEqual(idsOf(300));
  });

  it('throws for a record that is none, without spoiling its neighbours', async () => {
    const { url, metrics } = await start(usageConfig(makeFolder()));
    const log = openUsageLog(url);
    const results = await Promise.allSettled([
      log.append([record(1)]),
      log.append([record(2, { pixels: Number.NaN })]),
      log.append([record(3)]),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await metrics.text()).toContain('headroom_usage_records_total{stage="written"} 2');
    await log.close();
  });

  it('tells a record that no aggregator takes from an aggregator that is away', async () => {
    const { url } = await start(usageConfig(makeFolder()));
    const log = openUsageLog(url);
    await expect(log.append([record(1, { customer: 'x'.repeat(300) })])).rejects.toThrow(RecordInvalid);
    await log.close();
    // One that has other rules than this client; and something in between that says 400 for reasons of its own.
    const answers = [
      { status: 400, body: JSON.stringify({ code: 'invalid-record', detail: 'line 1: worker is unknown' }) },
      { status: 400, body: 'Bad Request' },
    ];
    const server = createServer((_request, response) => {
      const { status, body } = answers.shift() ?? { status: 204, body: '' };
      response.writeHead(status).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const other = openUsageLog(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await expect(other.append([record(1)])).rejects.toThrow(RecordInvalid);
    await expect(other.append([record(1)])).rejects.toThrow(UsageLogUnavailable);
    await other.append([record(1)]);
    await other.close();
    await new Promise((resolve) => server.close(resolve));
  });

  it('throws UsageLogUnavailable when the aggregator is away or full', async () => {
    const folder = makeFolder();
    const { usage, url } = await start(usageConfig(folder, { bufferBytes: 300 }));
    const log = openUsageLog(url);
    await expect(log.append(records(5))).rejects.toThrow(UsageLogUnavailable);
    await usage.close();
    await expect(log.append([record(1)])).rejects.toThrow(UsageLogUnavailable);
    await log.close();
  });
});
