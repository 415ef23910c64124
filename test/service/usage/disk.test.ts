import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { request } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import type { UsageConfig } from '../../../service/shared/config-types.ts';
import { createMetrics } from '../../../service/shared/metrics.ts';
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
});
