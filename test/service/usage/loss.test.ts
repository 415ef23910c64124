import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runBilling } from '../../../service/billing/run.ts';
import { openColdStore } from '../../../service/cold/open.ts';
import type { UsageConfig } from '../../../service/shared/config-types.ts';
import { createMetrics } from '../../../service/shared/metrics.ts';
import { openUsageLog } from '../../../service/usage/client.ts';
import { openUsageStore } from '../../../service/usage/store.ts';
import { billingConfig } from '../billing/support.ts';
import { buildAggregator, type SpawnedAggregator, spawnAggregator } from './spawn.ts';
import { noon, quiet, record, usageConfig, useFolders } from './support.ts';

const day = 86_400_000;
const makeFolder = useFolders();

const spawned: SpawnedAggregator[] = [];
const spawn = async (
  ...args: Parameters<typeof spawnAggregator> extends [string, ...infer Rest] ? Rest : never
) => {
  const aggregator = await spawnAggregator(built.file, ...args);
  spawned.push(aggregator);
  return aggregator;
};
afterEach(() => Promise.all(spawned.splice(0).map((each) => each.kill('SIGKILL'))));

let built: Awaited<ReturnType<typeof buildAggregator>>;
beforeAll(async () => {
  built = await buildAggregator();
}, 60_000);
afterAll(() => built?.remove());

/** Appends one record after the other on several paths, and kills the aggregator after `most` acknowledgements. */
async function appendUntilKilled(
  aggregator: SpawnedAggregator,
  name: string,
  most: number,
): Promise<{ acknowledged: string[]; asked: number }> {
  const acknowledged: string[] = [];
  let asked = 0;
  let killed: Promise<void> | undefined;
  const path = async (lane: number) => {
    const log = openUsageLog(aggregator.url);
    try {
      for (let at = 0; ; at++) {
        const id = `${name}-${lane}-${at}`;
        asked += 1;
        await log.append([record(id, { customer: `customer-${lane}` })]);
        acknowledged.push(`request-${id}`);
        if (acknowledged.length === most) killed = aggregator.kill('SIGKILL');
      }
    } catch {
      await log.close();
    }
  };
  await Promise.all([0, 1, 2, 3].map(path));
  await killed;
  return { acknowledged, asked };
}

/** What is billed at the end: by customer, each request once. */
async function billed(config: UsageConfig, folder: string) {
  const cold = await openColdStore(config.coldStore);
  const billing = billingConfig(folder, { coldStore: config.coldStore, period: 86_400 });
  const { bills, chapters } = await runBilling(billing, {
    cold,
    logger: quiet,
    metrics: createMetrics('billing'),
    now: noon + 3 * day,
  });
  await cold.close();
  const lines = bills.flatMap((bill) => bill.lines);
  return {
    requests: lines.reduce((sum, line) => sum + Number(line.requests), 0),
    ofLanes: new Map(lines.map(({ customer, requests }) => [customer, Number(requests)])),
    records: chapters.map(({ records }) => records),
  };
}

describe('the aggregator as a process', { timeout: 120_000 }, () => {
  it('has every acknowledged record after kill -9 in the middle of appends, and each is billed once', async () => {
    const folder = makeFolder();
    const config = usageConfig(folder, { batchRecords: 50 });
    const acknowledged: string[] = [];
    let asked = 0;
    for (let round = 0; round < 4; round++) {
      const aggregator = await spawn(folder, config);
      const outcome = await appendUntilKilled(aggregator, `round-${round}`, 20 + 17 * round);
      acknowledged.push(...outcome.acknowledged);
      asked += outcome.asked;
    }
    const last = await spawn(folder, config);
    await last.kill('SIGTERM');
    expect(acknowledged.length).toBeGreaterThan(50);
    const { requests, ofLanes } = await billed(config, folder);
    // What was written and not acknowledged any more may be there too: at most the one of each path and round.
    expect(requests).toBeGreaterThanOrEqual(acknowledged.length);
    expect(requests).toBeLessThanOrEqual(asked);
    for (const lane of [0, 1, 2, 3]) {
      const ours = acknowledged.filter((id) => id.split('-')[3] === String(lane)).length;
      expect(ofLanes.get(`customer-${lane}`)).toBeGreaterThanOrEqual(ours);
      expect(ofLanes.get(`customer-${lane}`)).toBeLessThanOrEqual(ours + 4);
    }
    const store = openUsageStore(config.store);
    let rolledUp = 0;
    for (const lane of ofLanes.keys()) rolledUp += (await store.total(lane, noon - day, noon + day)).requests;
    await store.close();
    expect(rolledUp).toBe(requests);
  });

  it('loses nothing when it is killed while both destinations are away', async () => {
    const folder = makeFolder();
    const config = usageConfig(folder);
    const aggregator = await spawn(folder, config);
    renameSync(join(folder, 'cold'), join(folder, 'elsewhere'));
    const { acknowledged } = await appendUntilKilled(aggregator, 'away', 30);
    renameSync(join(folder, 'elsewhere'), join(folder, 'cold'));
    await (await spawn(folder, config)).kill('SIGTERM');
    expect((await billed(config, folder)).requests).toBeGreaterThanOrEqual(acknowledged.length);
    expect(acknowledged.length).toBeGreaterThan(10);
  });

  /** Appends groups until some were refused and some taken again after `relief`; then all acknowledged are billed. */
  const fillDisk = async (
    folder: string,
    config: UsageConfig,
    wrap: readonly string[],
    relief: () => void,
  ) => {
    const full = await spawn(folder, config, wrap);
    const log = openUsageLog(full.url);
    let acknowledged = 0;
    let refused = 0;
    for (let at = 0; at < 80; at++) {
      if (at === 60) relief();
      const group = Array.from({ length: at % 10 === 9 ? 100 : 5 }, (_, id) => record(`${at}-${id}`));
      await log.append(group).then(
        () => {
          acknowledged += group.length;
        },
        () => {
          refused += group.length;
        },
      );
    }
    await log.append([record('last')]);
    await log.close();
    await full.kill('SIGKILL');
    await (await spawn(folder, config)).kill('SIGTERM');
    expect((await billed(config, folder)).requests).toBe(acknowledged + 1);
    return { acknowledged, refused };
  };

  it('acknowledges nothing that the disk did not take, and works again when it does', async () => {
    const folder = makeFolder();
    const config = usageConfig(folder, { batchInterval: 3600, bufferBytes: 78_000 });
    // No file may grow beyond this: a segment fails in the middle of a write, the next one has room again.
    const { acknowledged, refused } = await fillDisk(
      folder,
      config,
      ['prlimit', '--fsize=20000', '--'],
      () => {},
    );
    expect(refused).toBeGreaterThan(100);
    expect(acknowledged).toBeGreaterThan(100);
  });

  it.skipIf(!mayMount())(
    'survives a disk that is full, and takes records when there is room again',
    async () => {
      const folder = makeFolder();
      const disk = join(folder, 'disk');
      mkdirSync(disk);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'tmpfs', disk]);
      try {
        const config = usageConfig(folder, {
          folder: join(disk, 'log'),
          batchInterval: 3600,
          bufferBytes: 120_000,
        });
        const ballast = join(disk, 'ballast');
        writeFileSync(ballast, Buffer.alloc(100_000));
        const { refused } = await fillDisk(folder, config, [], () => rmSync(ballast));
        expect(refused).toBeGreaterThan(0);
      } finally {
        execFileSync('umount', [disk]);
      }
    },
  );
});

/** Whether a small disk can be made here: it takes root and a kernel that lets it. */
function mayMount(): boolean {
  const script =
    'd=$(mktemp -d) && mount -t tmpfs -o size=64k tmpfs "$d" && umount "$d"; s=$?; rmdir "$d"; exit $s';
  return spawnSync('sh', ['-c', script]).status === 0;
}
