import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesIn, type Settings } from '../../service/identity/keeper-files.ts';
import type { Lease } from '../../service/identity/keeper-lease.ts';
import { keepPostgres, type Postgres } from '../../service/identity/keeper-postgres.ts';
import { openShell } from '../../service/identity/keeper-shell.ts';
import { createFollow } from '../../service/identity/keeper-standby.ts';
import { createLogger } from '../../service/shared/log.ts';
import { hasService } from './engine-start.ts';
import { binaries, freePorts } from './keepers.ts';

const password = 'test-password';

interface Node {
  readonly at: Settings['me'];
  readonly postgres: Postgres;
  readonly settings: (follow?: Settings['me']) => Settings;
}

describe.skipIf(!hasService('postgresql'))(
  'two PostgreSQL nodes that both began with an empty database',
  () => {
    let base: string;
    let one: Node;
    let two: Node;
    const stops: (() => Promise<void>)[] = [];
    beforeAll(async () => {
      base = mkdtempSync(join(tmpdir(), 'headroom-clone-'));
      chmodSync(base, 0o711);
      const [first = 0, second = 0] = await freePorts(2);
      [one, two] = [await begin('one', first), await begin('two', second)];
    }, 120_000);
    afterAll(async () => {
      await Promise.all(stops.map((stop) => stop()));
      rmSync(base, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    }, 30_000);

    const begin = async (node: string, port: number): Promise<Node> => {
      const at = { node, host: '127.0.0.1', port };
      const shell = await openShell(binaries(), process.getuid?.() === 0 ? 'postgres' : undefined);
      const files = filesIn(join(base, node), shell);
      await files.prepare(password);
      const postgres = keepPostgres(at, files, shell, password);
      const settings = (follow?: Settings['me']): Settings => ({
        ...{ me: at, waitFor: [], silence: 5, passwordFile: files.passwordFile },
        ...{ allow: ['127.0.0.0/24'], sizes: { buffers: 32 * 2 ** 20 } },
        ...(follow ? { follow } : {}),
      });
      stops.push(() => postgres.stop(5));
      await postgres.initialise();
      await files.configure(settings());
      await postgres.start();
      return { at, postgres, settings };
    };

    /** Turns of `node` as the standby of `holder`, with a witness that always answers. */
    const follow = (node: Node) =>
      createFollow({
        ...{ postgres: node.postgres, me: node.at.node, settings: node.settings, patience: 0, stopTime: 5 },
        lease: { change: async () => true } as unknown as Lease,
        logger: createLogger('keeper', 'silent'),
      });

    it('know that they are not related, and each that it is to itself', async () => {
      for (const { postgres } of [one, two]) {
        await expect.poll(() => postgres.role(), { timeout: 30_000 }).toBe('primary');
      }
      expect(await one.postgres.isRelated(two.at)).toBe(false);
      expect(await one.postgres.isRelated(one.at)).toBe(true);
    });

    it('do not replace each other, until people move the files of one away', async () => {
      await one.postgres.ask('create table kept (number integer)');
      const turn = follow(one);
      await turn(two.at);
      expect(await one.postgres.role()).toBe('primary');
      expect(await one.postgres.ask('select * from kept')).toEqual([]);
      await one.postgres.stop(5);
      rmSync(one.postgres.files.folder, { recursive: true });
      await turn(two.at);
      await expect.poll(() => one.postgres.role(), { timeout: 30_000 }).toBe('standby');
      expect(await one.postgres.isRelated(two.at)).toBe(true);
    }, 120_000);

    it('replace files of the same database, as those of an old primary', async () => {
      await one.postgres.promote();
      await expect.poll(() => one.postgres.role(), { timeout: 30_000 }).toBe('primary');
      await follow(one)(two.at);
      await expect.poll(() => one.postgres.role(), { timeout: 30_000 }).toBe('standby');
    }, 120_000);
  },
);
