import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runBilling } from '../../service/billing/run.ts';
import { openColdStore } from '../../service/cold/open.ts';
import { openS3Store } from '../../service/cold/s3.ts';
import { ObjectLocked } from '../../service/contracts/cold-store.ts';
import type { BillingConfig } from '../../service/shared/config-types.ts';
import { createMetrics } from '../../service/shared/metrics.ts';
import { openDatabase, quote } from '../../service/usage/duckdb.ts';
import { landingKey } from '../../service/usage/landing.ts';
import { billingConfig, day, land, start, usage } from '../service/billing/support.ts';
import { quiet } from '../service/usage/support.ts';
import { hasService, startEngine } from './engine-start.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-billing-spark-'));
  folders.push(folder);
  return folder;
}

const none = { billed: 0, duplicate: 0, late: 0, unanswered: 0 };
const afterPeriod = start + 30 * day + 3_600_000;

async function billsOf(config: BillingConfig) {
  const cold = await openColdStore(config.coldStore);
  const { chapters } = await runBilling(config, {
    cold,
    logger: quiet,
    metrics: createMetrics('billing'),
    now: afterPeriod,
  });
  const files: [key: string, text: string][] = [];
  for (const { key } of await cold.list('bills/')) {
    if (!key.endsWith('/manifest.json')) files.push([key, Buffer.from(await cold.get(key)).toString()]);
  }
  await cold.close();
  return { files, records: chapters.map(({ records }) => records) };
}

/** A million records of a day and a thousand customers: one in a hundred twice, some late, some unanswered. */
async function landMillion(config: BillingConfig): Promise<void> {
  const cold = await openColdStore(config.coldStore);
  const database = await openDatabase({ threads: 2 });
  const file = join(makeFolder(), 'raw.parquet');
  for (let log = 0; log < 4; log++) {
    await database.run(`COPY (
      SELECT 'request-' || lpad(id::VARCHAR, 26, '0') AS request_id, 'customer-' || (id * 7919 % 1000) AS customer,
        ${start} + (id * 172 % ${day}) + copy * 9 AS finished_at, ${start} + (id * 172 % ${day}) AS deadline_at,
        10000 + id * 31 % 900000 AS bytes_in, 1000 + id * 17 % 90000 AS bytes_out, 1000000 + id % 12000000 AS pixels,
        1000 + (id * 104729 + copy * 13) % 200000 AS cpu_microseconds,
        CASE WHEN id % 503 = 3 THEN 'late' WHEN id % 700 = 5 AND copy = 0 THEN 'unanswered' ELSE 'served' END AS outcome,
        'worker-' || ((id + copy) % 40) AS worker
      FROM (SELECT range AS id, 0 AS copy FROM range(990000)
        UNION ALL SELECT range * 99 AS id, 1 AS copy FROM range(10000)) requests
      WHERE (id + copy) % 4 = ${log}) TO ${quote(file)} (FORMAT parquet)`);
    const span = { earliestDeadline: start, latestDeadline: start + day - 1 };
    const key = landingKey({ log: `log-${log}`, from: { segment: 1, offset: 0 }, until: 1, ...span });
    await cold.put(key, readFileSync(file));
  }
  database.close();
  await cold.close();
}

describe.skipIf(!hasService('spark'))('billing on Spark', { timeout: 900_000 }, () => {
  it('writes the very bytes that DuckDB writes, from the same million records and for what comes late', async () => {
    const onDuckDb = { ...billingConfig(makeFolder()), partitions: 7 };
    const onSpark = { ...billingConfig(makeFolder()), engine: 'spark' as const };
    const configs = [onDuckDb, onSpark] as const;
    for (const config of configs) await landMillion(config);
    const first = [await billsOf(onDuckDb), await billsOf(onSpark)] as const;
    expect(first[1]).toEqual(first[0]);
    const [{ billed, duplicate, late, unanswered } = none] = first[0].records;
    expect(billed + duplicate + late + unanswered).toBe(1_000_000);
    expect(duplicate).toBe(10_000);
    expect(late).toBeGreaterThan(1000);
    expect(unanswered).toBeGreaterThan(1000);
    const lines = first[0].files.find(([key]) => key.endsWith('0/bill.csv'))?.[1].split('\n');
    expect(lines).toHaveLength(1002);

    const odd = `a'b"c,\\d é漢🙂`;
    const id = (number: number) => `request-${String(number).padStart(26, '0')}`;
    for (const config of configs) {
      const cold = await openColdStore(config.coldStore);
      await land(cold, [
        usage('served', { requestId: id(1) }),
        usage('late', { requestId: id(3) }),
        usage('large', { customer: odd, bytesIn: Number.MAX_SAFE_INTEGER, cpuMicroseconds: 4e15 }),
        usage('larger', { customer: odd, bytesIn: Number.MAX_SAFE_INTEGER }),
      ]);
      await cold.close();
    }
    const second = [await billsOf(onDuckDb), await billsOf(onSpark)] as const;
    expect(second[1]).toEqual(second[0]);
    expect(second[0].records).toEqual([{ billed: 3, duplicate: 1, late: 0, unanswered: 0 }]);
    expect(second[0].files.map(([key]) => key.split('/').slice(2).join('/'))).toEqual([
      '0/bill.csv',
      '0/bill.json',
      '1/bill.csv',
      '1/bill.json',
    ]);
  });
});

describe.skipIf(!hasService('versitygw'))('billing with cold storage on S3', { timeout: 120_000 }, () => {
  it('seals under object lock, gives the landing area back, and changes nothing in a second run', async () => {
    const gateway = await startEngine('versitygw');
    const { origin, username, password } = new URL(gateway.address);
    const keys = { accessKeyId: username, secretAccessKey: password };
    const cold = await openS3Store({ endpoint: origin, bucket: 'records', ...keys });
    try {
      await land(cold, [usage(1), usage(1, { worker: 'other' }), usage(2, { deadlineAt: start + day })]);
      const dependencies = { cold, logger: quiet, metrics: createMetrics('billing'), now: afterPeriod };
      const { chapters, bills } = await runBilling(billingConfig(makeFolder()), dependencies);
      expect(chapters.map(({ records }) => records.billed)).toEqual([1, 1]);
      expect(bills[0]?.lines[0]?.requests).toBe('2');
      expect(await cold.list('landing/')).toEqual([]);
      const sealed = await cold.list('');
      for (const { key } of sealed) await expect(cold.remove(key)).rejects.toThrow(ObjectLocked);
      expect(await runBilling(billingConfig(makeFolder()), dependencies)).toEqual({
        chapters: [],
        bills: [],
        waiting: 0,
      });
      expect(await cold.list('')).toEqual(sealed);
    } finally {
      await cold.close();
      await gateway.stop();
    }
  });
});
