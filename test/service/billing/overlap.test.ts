import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runBilling } from '../../../service/billing/run.ts';
import { openColdStore } from '../../../service/cold/open.ts';
import { type ColdStore, ObjectLocked, ObjectMissing } from '../../../service/contracts/cold-store.ts';
import type { UsageRecord } from '../../../service/contracts/usage.ts';
import { createMetrics } from '../../../service/shared/metrics.ts';
import { quiet } from '../usage/support.ts';
import { billingConfig, day, expectedBill, land, start, usage } from './support.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const records = [
  usage(1),
  usage(1, { worker: 'worker-2' }),
  usage(2, { customer: 'other' }),
  usage(3, { deadlineAt: start + day + 5, finishedAt: start + day }),
];
const late = [usage(2, { customer: 'other', worker: 'worker-2' }), usage(4)];

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-overlap-'));
  folders.push(folder);
  return folder;
}

/** Filled once: a batch is a Parquet file, which takes its time. */
let landed: string;
let lateKey: string;
let lateBatch: Uint8Array;
beforeEach(async () => {
  landed = makeFolder();
  const cold = await openColdStore(billingConfig(landed).coldStore);
  await land(cold, records.slice(0, 2), 'log-1');
  await land(cold, records.slice(2), 'log-2');
  await cold.close();
  const other = await openColdStore(billingConfig(makeFolder()).coldStore);
  lateKey = await land(other, late, 'log-3');
  lateBatch = await other.get(lateKey);
});

/** A cold store of its own with the records in it. */
async function world() {
  const folder = makeFolder();
  cpSync(landed, folder, { recursive: true });
  const config = billingConfig(folder);
  const cold = await openColdStore(config.coldStore);
  const run = (over: ColdStore = cold) =>
    runBilling(config, {
      ...{ cold: over, logger: quiet, metrics: createMetrics('billing'), now: start + 40 * day },
    });
  return { cold, run };
}

/** A cold store that does something else before its nth question; `asked` is how many there were. */
function interrupted(cold: ColdStore, nth: number, work: () => Promise<unknown>) {
  let asked = 0;
  const before =
    <A extends readonly unknown[], R>(ask: (...args: A) => Promise<R>) =>
    async (...args: A) => {
      asked += 1;
      if (asked === nth) await work();
      return ask(...args);
    };
  const store: ColdStore = {
    put: before(cold.put),
    get: before(cold.get),
    list: before(cold.list),
    remove: before(cold.remove),
    close: cold.close,
  };
  return { store, wasInterrupted: () => asked >= nth };
}

async function billTexts(cold: ColdStore): Promise<Record<string, string>> {
  const keys = (await cold.list('bills/')).map(({ key }) => key);
  const texts = keys.map(async (key) => [key, Buffer.from(await cold.get(key)).toString()]);
  return Object.fromEntries(await Promise.all(texts));
}

/** Requests and exact amounts on all bills, corrections included, by customer. */
async function billed(cold: ColdStore): Promise<Record<string, { requests: number; amount: bigint }>> {
  const sums: Record<string, { requests: number; amount: bigint }> = {};
  for (const [key, text] of Object.entries(await billTexts(cold))) {
    if (!key.endsWith('/bill.json')) continue;
    for (const { customer, requests, exact_usd } of JSON.parse(text).lines) {
      const { requests: before, amount } = sums[customer] ?? { requests: 0, amount: 0n };
      sums[customer] = {
        requests: before + Number(requests),
        amount: amount + BigInt(exact_usd.replace('.', '')),
      };
    }
  }
  return sums;
}

function expected(all: readonly UsageRecord[]) {
  const bill = expectedBill(all, billingConfig('').prices);
  return Object.fromEntries(
    [...bill].map(([customer, { requests, exact }]) => [
      customer,
      { requests, amount: BigInt(exact.replace('.', '')) },
    ]),
  );
}

/** What a run that was overtaken may end with: its work, or an error that says what was taken from it. */
async function outcomeOf(run: Promise<unknown>): Promise<'done' | 'overtaken'> {
  try {
    await run;
    return 'done';
  } catch (error) {
    if (error instanceof ObjectLocked || error instanceof ObjectMissing) return 'overtaken';
    throw error;
  }
}

describe('two runs of billing at once', { timeout: 120_000 }, () => {
  it('write the bills of one run, wherever the second overtakes the first', async () => {
    const alone = await world();
    await alone.run();
    const bills = await billTexts(alone.cold);
    expect(Object.keys(bills)).toHaveLength(3);
    const outcomes = new Set<string>();
    for (let nth = 1; ; nth++) {
      const { cold, run } = await world();
      const first = interrupted(cold, nth, () => run());
      outcomes.add(await outcomeOf(run(first.store)));
      if (!first.wasInterrupted()) break;
      await run();
      expect([nth, await billTexts(cold)]).toEqual([nth, bills]);
      expect(await cold.list('landing/')).toEqual([]);
    }
    expect(outcomes).toEqual(new Set(['done', 'overtaken']));
  });

  it('bill each request once, also when more records arrive between the two', async () => {
    const all = expected([...records, ...late]);
    for (let nth = 1; ; nth++) {
      const { cold, run } = await world();
      const first = interrupted(cold, nth, async () => {
        await cold.put(lateKey, lateBatch);
        await run();
      });
      await outcomeOf(run(first.store));
      if (!first.wasInterrupted()) break;
      await run();
      expect([nth, await billed(cold)]).toEqual([nth, all]);
      expect(await cold.list('landing/')).toEqual([]);
    }
  });

  it('come to the same bills side by side', async () => {
    const alone = await world();
    await alone.run();
    const bills = await billTexts(alone.cold);
    for (let attempt = 0; attempt < 6; attempt++) {
      const { cold, run } = await world();
      await Promise.all([outcomeOf(run()), outcomeOf(run()), outcomeOf(run())]);
      await run();
      expect(await billTexts(cold)).toEqual(bills);
    }
  });
});
