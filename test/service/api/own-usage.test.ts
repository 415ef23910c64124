import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { UsageRow, UsageStore } from '../../../service/contracts/usage.ts';
import { openUsageStore } from '../../../service/usage/store.ts';
import { codeOf, createScope, runApi } from './running-api.ts';

const scope = createScope();
afterEach(() => scope.end());

const settings = { url: 'embedded', replicas: 1, writeQuorum: 1, readQuorum: 1, timeout: 2 };

/** A batch store on the disk that forgets nothing. */
function openStore(folder = scope.folder()): UsageStore {
  const store = openUsageStore({ ...settings, folder, retention: 50 * 365 * 86_400 });
  scope.defer(() => store.close());
  return store;
}

const row = (day: string, more: Partial<UsageRow> = {}): UsageRow => ({
  ...{ customer: 'anna', window: Date.parse(day), source: 'log/1' },
  ...{ requests: 2, bytesIn: 400, bytesOut: 60, pixels: 8000, cpuMicroseconds: 40_000, ...more },
});
const sums = (times: number) => ({
  ...{ requests: 2 * times, bytesIn: 400 * times, bytesOut: 60 * times },
  ...{ pixels: 8000 * times, cpuMicroseconds: 40_000 * times },
});

describe('the usage of a customer', () => {
  it('is told for each day of a span and in all, to the customer alone', async () => {
    const store = openStore();
    const api = await runApi(scope, {}, { usageStore: store });
    await store.write([
      row('2026-01-04T23:59:00Z'),
      row('2026-01-05T00:00:00Z'),
      row('2026-01-05T00:00:00Z', { source: 'log/2' }),
      row('2026-01-07T23:59:00Z'),
      row('2026-01-08T00:00:00Z'),
      row('2026-01-06T10:00:00Z', { customer: 'bert', requests: 9 }),
    ]);
    const answer = await api.get('/v1/usage?from=2026-01-05&to=2026-01-08');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toContain('no-store');
    expect(await answer.json()).toEqual({
      ...{ from: '2026-01-05', to: '2026-01-08', ...sums(3) },
      days: [
        { day: '2026-01-05', ...sums(2) },
        { day: '2026-01-06', ...sums(0) },
        { day: '2026-01-07', ...sums(1) },
      ],
    });
    expect(await codeOf(await api.get('/v1/usage', {}))).toBe('401 unauthorized');
  });

  it('is that of the current month until today where no days are given', async () => {
    const store = openStore();
    const api = await runApi(scope, {}, { usageStore: store });
    await store.write([row(new Date().toISOString().slice(0, 10))]);
    const told = (await (await api.get('/v1/usage')).json()) as { from: string; days: { day: string }[] };
    expect(told).toMatchObject({ ...sums(1), from: expect.stringMatching(/^\d{4}-\d{2}-01$/) });
    expect(told.days[0]?.day).toBe(told.from);
    expect(told.days.at(-1)).toMatchObject(sums(1));
  });

  it('is asked for with days that there are, in an order that makes sense, not too many', async () => {
    const api = await runApi(scope, {}, { usageStore: openStore() });
    const ask = async (query: string) => codeOf(await api.get(`/v1/usage?${query}`));
    for (const query of [
      'from=2026-02-30',
      'from=yesterday',
      'to=1',
      'from=2026-01-02&to=2026-01-02',
      'from=2026-01-02&to=2026-01-01',
      'from=2026-01-01&to=2026-04-04',
      'from=2026-01-01&from=2026-01-02',
      'form=2026-01-01',
      'customer=bert',
    ]) {
      expect([query, await ask(query)]).toEqual([query, '422 invalid-parameters']);
    }
    expect((await api.get('/v1/usage?from=2026-01-01&to=2026-04-03')).status).toBe(200);
  });

  it('is unavailable for a while where the store is away, and there is none without a store', async () => {
    const file = join(scope.folder(), 'no-folder');
    writeFileSync(file, '');
    const away = await runApi(scope, {}, { usageStore: openStore(file) });
    const answer = await away.get('/v1/usage');
    expect(answer.headers.get('retry-after')).toBe('3');
    expect(await codeOf(answer)).toBe('503 usage-unavailable');
    const without = await runApi(scope);
    expect(await codeOf(await without.get('/v1/usage'))).toBe('404 not-found');
  });

  it('is asked of a store that does not answer by one question of a customer at a time, and not for ever', async () => {
    const { total } = openStore();
    let asked = 0;
    let release: () => void = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const usageStore = {
      total: async (customer: string, from: number, to: number) => {
        asked += 1;
        await released;
        return total(customer, from, to);
      },
    };
    const api = await runApi(scope, { deadline: 1 }, { usageStore });
    const days = '/v1/usage?from=2026-01-01&to=2026-01-03';
    const first = api.get(days);
    await expect.poll(() => asked).toBe(2);
    expect(await codeOf(await api.get(days))).toBe('429 rate-exceeded');
    expect(await codeOf(await first)).toBe('503 usage-unavailable');
    expect(asked).toBe(2);
    release();
    await expect.poll(async () => (await api.get(days)).status).toBe(200);
  });
});
