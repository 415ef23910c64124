import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningRole } from '../../../service/contracts/role.ts';
import { startIdentity } from '../../../service/identity/start.ts';
import { createLogger } from '../../../service/shared/log.ts';
import { createMetrics } from '../../../service/shared/metrics.ts';

describe('the role identity without its database', () => {
  let role: RunningRole;
  beforeEach(async () => {
    role = await startIdentity(
      {
        listen: { host: '127.0.0.1', port: 0 },
        database: { url: 'postgres://headroom@127.0.0.1:1/headroom' },
        dataPlane: [],
        replicationLag: 2,
        detectionTime: 1,
      },
      { logger: createLogger('identity', 'silent'), metrics: createMetrics('identity') },
    );
  });
  afterEach(async () => {
    await role.close().catch(() => {});
  });

  it('is closed by a drain, and once more without harm', async () => {
    await role.drain();
    await expect(role.close()).resolves.toBeUndefined();
    await expect(role.drain()).resolves.toBeUndefined();
  });

  it('is closed twice at once by one and the same end', async () => {
    const first = role.close();
    expect(role.close()).toBe(first);
    await first;
  });
});
