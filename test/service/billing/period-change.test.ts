import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CalendarChanged } from '../../../service/billing/check-windows.ts';
import { runBilling } from '../../../service/billing/run.ts';
import { openColdStore } from '../../../service/cold/open.ts';
import type { ColdStore } from '../../../service/contracts/cold-store.ts';
import { createMetrics } from '../../../service/shared/metrics.ts';
import { quiet } from '../usage/support.ts';
import { billingConfig, day, land, start, usage } from './support.ts';

let folder: string;
let cold: ColdStore;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-billing-period-'));
  cold = await openColdStore(billingConfig(folder).coldStore);
});
afterEach(async () => {
  await cold.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A run long after all periods here, with a period of so many days. */
function run(days: number, over: Partial<ColdStore> = {}) {
  const config = billingConfig(folder, { period: days * 86_400 });
  const now = start + 200 * day;
  return runBilling(config, {
    ...{ cold: { ...cold, ...over }, logger: quiet, metrics: createMetrics('billing'), now },
  });
}

const requests = ({ bills }: Awaited<ReturnType<typeof run>>) => bills.map(({ lines }) => lines[0]?.requests);
const keys = async () => (await cold.list('')).map(({ key }) => key);

describe('another period in the config', () => {
  it('bills nothing again, and what comes later once', async () => {
    await land(cold, [usage(1), usage(2, { deadlineAt: start + 40 * day })]);
    expect(requests(await run(30))).toEqual(['1', '1']);
    const before = await keys();
    for (const days of [60, 7, 1]) expect(await run(days)).toMatchObject({ chapters: [], bills: [] });
    expect(await keys()).toEqual(before);
    await land(cold, [usage(1), usage(3)]);
    expect(requests(await run(60))).toEqual(['1']);
    expect(requests(await run(30))).toEqual([]);
  });

  it('completes a bill that was begun with the period before', async () => {
    await land(cold, [usage(1)]);
    const crashing: Partial<ColdStore> = {
      put: async (key, ...rest) => {
        if (key.endsWith('bill.csv')) throw new Error('crash');
        await cold.put(key, ...rest);
      },
    };
    await expect(run(30, crashing)).rejects.toThrow('crash');
    const { bills } = await run(7);
    expect(bills.map(({ period, number }) => [period.from, period.to, number])).toEqual([
      [new Date(start).toISOString(), new Date(start + 30 * day).toISOString(), 0],
    ]);
    expect((await keys()).filter((key) => key.startsWith('bills/'))).toHaveLength(3);
  });

  it.each([
    ['do not begin where those before began', 1.5],
    ['end elsewhere than those before', 0.5],
  ])('is refused before anything is done where its windows %s', async (_where, days) => {
    await land(cold, [usage(1), usage(2, { deadlineAt: start + 2 * day })]);
    await run(30);
    await land(cold, [usage(3, { deadlineAt: start + 13 * 3_600_000 })]);
    const before = await keys();
    await expect(run(days)).rejects.toThrow(CalendarChanged);
    await expect(run(days)).rejects.toThrow(/billing\.period .* give it the value that it had/);
    expect(await keys()).toEqual(before);
    expect(requests(await run(30))).toEqual(['1']);
  });
});
