import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runBilling } from '../../../service/billing/run.ts';
import { startBilling } from '../../../service/billing/start.ts';
import { openColdStore } from '../../../service/cold/open.ts';
import { type ColdStore, ObjectLocked } from '../../../service/contracts/cold-store.ts';
import type { BillingConfig } from '../../../service/shared/config-types.ts';
import { createMetrics } from '../../../service/shared/metrics.ts';
import { eventually, quiet } from '../usage/support.ts';
import { billingConfig, day, expectedBill, land, start, usage } from './support.ts';

let folder: string;
let cold: ColdStore;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-billing-test-'));
  cold = await openColdStore(billingConfig(folder).coldStore);
});
afterEach(async () => {
  await cold.close();
  rmSync(folder, { recursive: true, force: true });
});

const metrics = createMetrics('billing');
const afterPeriod = start + 30 * day + 3_600_000;

function run(
  now = afterPeriod,
  config: BillingConfig = billingConfig(folder),
  over: Partial<ColdStore> = {},
) {
  return runBilling(config, { cold: { ...cold, ...over }, logger: quiet, metrics, now });
}

/** All objects below a prefix with their bytes. */
async function objects(prefix: string): Promise<Record<string, string>> {
  const keys = (await cold.list(prefix)).map(({ key }) => key);
  return Object.fromEntries(
    await Promise.all(keys.map(async (key) => [key, Buffer.from(await cold.get(key)).toString('base64')])),
  );
}

const landing = async () => (await cold.list('landing/')).length;

describe('a run of billing', () => {
  it('bills CPU seconds and bytes, exactly, and rounds once at the end', async () => {
    await land(cold, [usage(1), usage(2, { customer: 'big', cpuMicroseconds: 9_000_000_000_000 })]);
    const { bills } = await run();
    expect(bills).toHaveLength(1);
    expect(bills[0]?.lines).toEqual([
      {
        customer: 'acme',
        requests: '1',
        cpu_seconds: '0.020000',
        bytes_in: '200000',
        bytes_out: '30000',
        pixels: '12000000',
        cpu_usd: '0.000001000000000',
        bytes_usd: '0.000004600000000',
        exact_usd: '0.000005600000000',
        total_usd: '0.00',
      },
      expect.objectContaining({
        customer: 'big',
        cpu_usd: '450.000000000000000',
        exact_usd: '450.000004600000000',
        total_usd: '450.00',
      }),
    ]);
  });

  it('rounds half a cent up', async () => {
    const prices = { cpuSecond: '0.005', byte: '0' };
    await land(cold, [
      usage(1, { cpuMicroseconds: 1_000_000 }),
      usage(2, { customer: 'less', cpuMicroseconds: 999_999 }),
    ]);
    const { bills } = await run(afterPeriod, billingConfig(folder, { prices }));
    expect(bills[0]?.lines.map(({ total_usd }) => total_usd)).toEqual(['0.01', '0.00']);
  });

  it('counts a request once: the one that was served, and of several the earliest', async () => {
    await land(cold, [
      usage(1, { finishedAt: start + 30, cpuMicroseconds: 300, worker: 'c' }),
      usage(1, { finishedAt: start + 20, cpuMicroseconds: 200, worker: 'b' }),
      usage(1, { finishedAt: start + 10, cpuMicroseconds: 100, worker: 'a', outcome: 'late' }),
    ]);
    await land(cold, [usage(1, { finishedAt: start + 20, cpuMicroseconds: 200, worker: 'b' })], 'log-2');
    const { chapters, bills } = await run();
    expect(chapters[0]?.records).toEqual({ billed: 1, duplicate: 3, late: 0, unanswered: 0 });
    expect(bills[0]?.lines[0]?.cpu_seconds).toBe('0.000200');
  });

  it('does not bill what nobody took', async () => {
    await land(cold, [
      usage(1, { outcome: 'late' }),
      usage(2, { outcome: 'unanswered' }),
      usage(3, { outcome: 'late' }),
    ]);
    const { chapters, bills } = await run();
    expect(chapters[0]?.records).toEqual({ billed: 0, duplicate: 0, late: 2, unanswered: 1 });
    expect(bills[0]?.lines).toEqual([]);
  });

  it('agrees with a computation record by record, for any mixture and any number of partitions', async () => {
    const records = Array.from({ length: 5000 }, (_, at) => {
      const id = (at * 7919) % 4000;
      const outcome =
        (['served', 'served', 'served', 'late', 'unanswered'] as const)[(at * 31) % 5] ?? 'served';
      const finishedAt = start + ((at * 104_729) % (30 * day));
      const deadlineAt = start + ((id * 647_999) % (30 * day));
      return usage(id, {
        customer: `customer-${id % 37}`,
        outcome,
        finishedAt,
        deadlineAt,
        cpuMicroseconds: at,
        worker: `w-${at}`,
      });
    });
    for (let part = 0; part < 5; part++) await land(cold, records.slice(part * 1000, (part + 1) * 1000));
    const { chapters, bills } = await run();
    expect(chapters).toHaveLength(30);
    const expected = expectedBill(records, billingConfig(folder).prices);
    const lines = bills[0]?.lines ?? [];
    expect(lines.map(({ customer }) => customer)).toEqual([...expected.keys()].sort());
    for (const { customer, requests, exact_usd, total_usd } of lines) {
      expect({ requests: Number(requests), exact: exact_usd, total: total_usd }).toEqual(
        expected.get(customer),
      );
    }
    const sum = (key: 'billed' | 'duplicate' | 'late' | 'unanswered') =>
      chapters.reduce((all, { records }) => all + records[key], 0);
    expect(sum('billed') + sum('duplicate') + sum('late') + sum('unanswered')).toBe(5000);
  });

  it('changes nothing when it runs again, also with other prices', async () => {
    await land(cold, [usage(1), usage(2, { deadlineAt: start + 3 * day })]);
    await run();
    const before = await objects('');
    const again = await run(
      afterPeriod + day,
      billingConfig(folder, { prices: { cpuSecond: '1', byte: '0.1' } }),
    );
    expect(again).toEqual({ chapters: [], bills: [], waiting: 0 });
    expect(await objects('')).toEqual(before);
  });

  it('settles a day as soon as its records had time to arrive, and bills when the period is over', async () => {
    await land(cold, [usage(1)]);
    expect(await run(start + day + 3_599_999)).toEqual({ chapters: [], bills: [], waiting: 1 });
    expect(await landing()).toBe(1);
    const settled = await run(start + day + 3_600_000);
    expect(settled.chapters).toHaveLength(1);
    expect(settled.bills).toHaveLength(0);
    expect(await landing()).toBe(0);
    expect((await run()).bills).toHaveLength(1);
  });

  it('keeps a landing object until each of its days is settled', async () => {
    await land(cold, [usage(1), usage(2, { deadlineAt: start + day + 5 })]);
    const first = await run(start + day + 3_600_000);
    expect(first.chapters[0]?.records.billed).toBe(1);
    expect(await landing()).toBe(1);
    const second = await run(start + 2 * day + 3_600_000);
    expect(second.chapters[0]?.records.billed).toBe(1);
    expect(await landing()).toBe(0);
    expect((await run()).bills[0]?.lines[0]?.requests).toBe('2');
  });

  it('puts records that come after the bill on a correction, and bills no request again', async () => {
    await land(cold, [usage(1), usage(2, { outcome: 'late' })]);
    const { bills } = await run();
    const before = await objects('bills/');
    await land(cold, [usage(1, { worker: 'other' }), usage(2, { worker: 'other' }), usage(3)]);
    const corrected = await run(afterPeriod + day);
    expect(corrected.chapters[0]?.records).toEqual({ billed: 2, duplicate: 1, late: 0, unanswered: 0 });
    expect(corrected.bills.map(({ number, lines }) => [number, lines[0]?.requests])).toEqual([[1, '2']]);
    expect(bills[0]?.lines[0]?.requests).toBe('1');
    expect(await objects('bills/')).toEqual(expect.objectContaining(before));
    await land(cold, [usage(3, { worker: 'third' }), usage(2, { worker: 'third' })]);
    const third = await run(afterPeriod + 2 * day);
    expect(third.chapters[0]?.records).toEqual({ billed: 0, duplicate: 2, late: 0, unanswered: 0 });
    expect(third.bills[0]?.lines).toEqual([]);
  });

  it('seals the raw records: locked, as many as there were, named by their hash', async () => {
    await land(cold, [usage(1), usage(1), usage(2, { outcome: 'late' })]);
    const { chapters } = await run();
    const parts = chapters[0]?.parts ?? [];
    expect(parts.length).toBeGreaterThan(0);
    for (const { key, hash } of parts) {
      expect(key).toContain(hash);
      await expect(cold.remove(key)).rejects.toThrow(ObjectLocked);
    }
    for (const { key } of await cold.list('bills/'))
      await expect(cold.remove(key)).rejects.toThrow(ObjectLocked);
  });

  it('goes on after a crash at any write, and comes to the same bills', async () => {
    const records = [
      usage(1),
      usage(1),
      usage(2, { deadlineAt: start + 2 * day }),
      usage(3, { customer: 'other' }),
    ];
    const expected = expectedBill(records, billingConfig(folder).prices);
    await land(cold, records.slice(0, 2));
    await land(cold, records.slice(2));
    for (let crashes = 0; ; crashes++) {
      const allowed = crashes;
      let writes = 0;
      const guard = () => {
        writes += 1;
        if (writes > allowed) throw new Error('crash');
      };
      const crashed = await run(afterPeriod, billingConfig(folder), {
        put: async (...args) => {
          guard();
          await cold.put(...args);
        },
        remove: async (key) => {
          guard();
          await cold.remove(key);
        },
      }).then(
        () => false,
        () => true,
      );
      if (!crashed) break;
      expect(crashes).toBeLessThan(100);
    }
    const { bills } = await run(afterPeriod);
    expect(bills).toEqual([]);
    const written = (await cold.list('bills/')).map(({ key }) => key);
    expect(written).toHaveLength(3);
    const bill = JSON.parse(
      Buffer.from(await cold.get(written.find((key) => key.endsWith('bill.json')) ?? '')).toString(),
    );
    expect(
      bill.lines.map((line: { customer: string; exact_usd: string }) => [line.customer, line.exact_usd]),
    ).toEqual([...expected].map(([customer, { exact }]) => [customer, exact]));
    expect(await landing()).toBe(0);
  });

  it('finishes all chapters of a window that crashes left, in order, before a new one', async () => {
    const crashing: Partial<ColdStore> = {
      put: async (key, ...rest) => {
        if (key.startsWith('sealed/')) throw new Error('crash');
        await cold.put(key, ...rest);
      },
    };
    for (const id of [1, 2]) {
      await land(cold, [usage(id)]);
      await expect(run(afterPeriod, billingConfig(folder), crashing)).rejects.toThrow('crash');
    }
    await land(cold, [usage(2), usage(3)]);
    const { chapters, bills } = await run();
    expect(chapters.map(({ number, records }) => [number, records.billed])).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
    ]);
    expect(bills.map(({ lines }) => lines[0]?.requests)).toEqual(['3']);
    expect(await landing()).toBe(0);
  });

  it('writes the lines as CSV too, with quotes where a name needs them', async () => {
    await land(cold, [usage(1, { customer: 'a,"b"' })]);
    await run();
    const key =
      (await cold.list('bills/')).map((object) => object.key).find((each) => each.endsWith('.csv')) ?? '';
    const [head, line] = Buffer.from(await cold.get(key))
      .toString()
      .split('\n');
    expect(head).toBe(
      'customer,requests,cpu_seconds,bytes_in,bytes_out,pixels,cpu_usd,bytes_usd,exact_usd,total_usd',
    );
    expect(line).toMatch(/^"a,""b""",1,0\.020000,/);
  });

  it('leaves nothing behind in its folder', async () => {
    await land(cold, [usage(1)]);
    await run();
    expect(readdirSync(folder)).toEqual(['cold']);
  });
});

describe('the role', () => {
  it('bills by itself when a period is over, and shows how it went', async () => {
    const own = createMetrics('billing');
    const at = Date.now() - 5000;
    const config = billingConfig(folder, {
      period: 2,
      settleTime: 0,
      interval: 0.05,
      listen: { host: '127.0.0.1', port: 0 },
    });
    const role = await startBilling(config, { cold, logger: quiet, metrics: own });
    await land(cold, [
      usage(1, { finishedAt: at, deadlineAt: at }),
      usage(1, { finishedAt: at, deadlineAt: at }),
    ]);
    const keys = await eventually(
      () => cold.list('bills/'),
      (all) => all.some(({ key }) => key.endsWith('.csv')),
    );
    const json = keys.find(({ key }) => key.endsWith('bill.json'))?.key ?? '';
    expect(JSON.parse(Buffer.from(await cold.get(json)).toString()).lines[0].requests).toBe('1');
    const text = await (await fetch(`${role.addresses['listen']}/metrics`)).text();
    expect(text).toContain('headroom_billing_records_total{outcome="billed"} 1');
    expect(text).toContain('headroom_billing_records_total{outcome="duplicate"} 1');
    await role.drain();
  });
});
