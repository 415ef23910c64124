import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { request } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { openColdStore } from '../../../service/cold/open.ts';
import type { UsageConfig } from '../../../service/shared/config-types.ts';
import { createMetrics } from '../../../service/shared/metrics.ts';
import { openReserve } from '../../../service/usage/reserve.ts';
import { type RunningUsage, startUsage, type UsageDependencies } from '../../../service/usage/start.ts';
import { eventually, quiet, record, usageConfig, useFolders } from './support.ts';

const makeFolder = useFolders();
const running: RunningUsage[] = [];
afterEach(async () => {
  for (const usage of running.splice(0)) await usage.close();
});

async function start(config: UsageConfig, more: Partial<UsageDependencies> = {}) {
  const usage = await startUsage(config, { logger: quiet, metrics: createMetrics('usage'), ...more });
  running.push(usage);
  const isReady = async () => (await request(`${usage.addresses['listen']}/readyz`)).statusCode === 200;
  return { usage, isReady };
}

/** One whose cold storage says that the disk is full: while there is a reserve, or as long as it is told to. */
async function startFull(config: UsageConfig, isFull = (reserved: boolean) => reserved) {
  const cold = await openColdStore(config.coldStore);
  let sent = 0;
  const put: typeof cold.put = async (...object) => {
    if (isFull(existsSync(join(config.folder, 'reserve')))) {
      throw Object.assign(new Error('no room'), { code: 'ENOSPC' });
    }
    await cold.put(...object);
    sent += 1;
  };
  return { ...(await start(config, { cold: { ...cold, put } })), sent: () => sent };
}

describe('an aggregator whose disk fails', () => {
  it('is ready again when the disk is, though nobody sends it a record meanwhile', async () => {
    const config = usageConfig(makeFolder());
    const { usage, isReady } = await start(config);
    const segments = join(config.folder, 'segments');
    renameSync(segments, `${segments}-away`);
    await expect(usage.log.append([record(1)])).rejects.toThrow('ENOENT');
    expect(await isReady()).toBe(false);
    renameSync(`${segments}-away`, segments);
    await eventually(isReady, (ready) => ready);
    await usage.log.append([record(1)]);
  });

  it('ships from the reserve at once, and takes records when it is there again', async () => {
    const config = usageConfig(makeFolder(), { retry: { first: 3600, most: 3600 } });
    const { usage, isReady, sent } = await startFull(config);
    await usage.log.append([record(1)]);
    await eventually(sent, (count) => count === 1);
    await eventually(isReady, (ready) => ready);
    await usage.log.append([record(2)]);
  });

  it('leaves the reserve to shipping until that has shipped, however long it takes', async () => {
    const config = usageConfig(makeFolder(), { retry: { first: 0.5, most: 0.5 } });
    const hasReserve = () => existsSync(join(config.folder, 'reserve'));
    const tries: boolean[] = [];
    const { usage, isReady, sent } = await startFull(config, () => {
      tries.push(hasReserve());
      return tries.length <= 5;
    });
    await usage.log.append([record(1)]);
    await eventually(sent, (count) => count === 1);
    await eventually(isReady, (ready) => ready);
    expect(tries).toEqual([true, false, false, false, false, false]);
  });

  it('takes records when it is no longer the disk for which nothing can be shipped', async () => {
    const config = usageConfig(makeFolder());
    const { usage, isReady } = await startFull(config, (reserved) => {
      if (!reserved) throw new Error('cold storage is away');
      return true;
    });
    await usage.log.append([record(1)]);
    await eventually(isReady, (ready) => !ready);
    await eventually(isReady, (ready) => ready);
  });
});

describe('the reserve', () => {
  it('is taken back when each shipper that needed it can do without', async () => {
    const reserve = await openReserve(makeFolder(), 1000);
    expect(await reserve.release('raw')).toBe(true);
    expect(await reserve.release('sums')).toBe(true);
    expect(await reserve.release('raw')).toBe(false);
    for (const stage of ['raw', 'sums']) {
      await reserve.restore();
      expect(reserve.isHeld()).toBe(false);
      reserve.spare(stage);
    }
    await reserve.restore();
    expect(reserve.isHeld()).toBe(true);
  });
});
