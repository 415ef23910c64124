import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningRole } from '../../service/contracts/role.ts';
import { startKeeper } from '../../service/identity/keeper.ts';
import type { LeaseEntry, LeaseStore } from '../../service/identity/keeper-lease.ts';
import type { KeptNode } from '../../service/shared/config-types.ts';
import { createLogger } from '../../service/shared/log.ts';
import { createMetrics } from '../../service/shared/metrics.ts';
import { hasService } from './engine-start.ts';
import { binaries, freePorts } from './keepers.ts';

/** A long lease: the primary keeps it while it is cut off from the witness. */
const times = { detectionTime: 60, fencingTime: 2, promotionTime: 30, renewInterval: 0.4 };

/** A witness in memory that takes "in sync" from node one, whose answer is lost, and with it the way there. */
function createWitness() {
  let entry: LeaseEntry | undefined;
  let cut = false;
  const storeOf = (node: string): LeaseStore => {
    const mayFail = () => {
      if (cut && node === 'one') throw new Error('no answer');
    };
    return {
      async read() {
        mayFail();
        return entry;
      },
      async write(record, revision) {
        mayFail();
        if (entry?.revision !== revision) return undefined;
        entry = { record, revision: (revision ?? 0) + 1 };
        cut = record.inSync.length > 0;
        mayFail();
        return entry.revision;
      },
      async close() {},
    };
  };
  return { storeOf, record: () => entry?.record, isCut: () => cut };
}

describe.skipIf(!hasService('postgresql'))('a primary that does not know that its standby is in sync', () => {
  const witness = createWitness();
  const roles: RunningRole[] = [];
  let base: string;
  let nodes: readonly KeptNode[];
  beforeAll(async () => {
    process.env['HEADROOM_TEST_PASSWORD'] = 'test-password';
    base = mkdtempSync(join(tmpdir(), 'headroom-doubt-'));
    // PostgreSQL runs as a user of its own and has to reach its folder.
    chmodSync(base, 0o711);
    const [first = 0, second = 0] = await freePorts(2);
    nodes = [
      { node: 'one', host: '127.0.0.1', port: first },
      { node: 'two', host: '127.0.0.1', port: second },
    ];
  });
  afterAll(async () => {
    await Promise.all(roles.map((role) => role.close()));
    rmSync(base, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    delete process.env['HEADROOM_TEST_PASSWORD'];
  }, 30_000);

  const start = async (node: string) => {
    const password = { env: 'HEADROOM_TEST_PASSWORD' };
    const listen = { host: '127.0.0.1', port: 0 };
    const { detectionTime, ...given } = times;
    const role = await startKeeper(
      {
        ...{ listen, dataPlane: [], replicationLag: 2, detectionTime },
        database: { url: 'postgres://headroom@127.0.0.1:1/headroom', password },
        keeper: {
          ...{ node, nodes, listen, password, ...given },
          ...{ folder: join(base, node), binaries: binaries(), allow: ['127.0.0.0/24'] },
          witness: { url: '', replicas: 3 },
          buffers: 32 * 2 ** 20,
          ...(process.getuid?.() === 0 ? { user: 'postgres' } : {}),
        },
      },
      {
        logger: createLogger('keeper', 'silent'),
        metrics: createMetrics('identity'),
        store: witness.storeOf(node),
      },
    );
    roles.push(role);
    return () => fetch(`${role.addresses['listen']}/state`).then((response) => response.json());
  };
  const data = (file: string) => readFileSync(join(base, 'one', 'data', file), 'utf8');
  const pid = () => Number(data('postmaster.pid').split('\n')[0]);

  it('lets commits wait for it after a restart, though the standby is gone and the witness away', async () => {
    const state = await start('one');
    await expect.poll(state, { timeout: 30_000 }).toMatchObject({ role: 'primary' });
    await expect.poll(() => witness.record()?.initialised, { timeout: 10_000 }).toBe(true);
    await start('two');
    await expect.poll(witness.isCut, { timeout: 60_000 }).toBe(true);
    await roles.pop()?.close();
    const before = pid();
    process.kill(before, 'SIGKILL');
    await expect.poll(() => pid() !== before, { timeout: 30_000 }).toBe(true);
    await expect.poll(state, { timeout: 30_000 }).toMatchObject({ role: 'primary', record: { inSync: [] } });
    expect(witness.record()).toMatchObject({ holder: 'one', inSync: ['two'] });
    // For as long as some turns of the keeper take.
    for (let look = 0; look < 20; look += 1) {
      expect(data('postgresql.auto.conf')).toContain(`synchronous_standby_names = '"two"'`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }, 150_000);
});
