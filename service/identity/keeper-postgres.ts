import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { KeptNode } from '../shared/config-types.ts';
import { type Files, superuser } from './keeper-files.ts';
import type { Shell } from './keeper-shell.ts';
import { isPostgres, stopPostgres } from './keeper-stop.ts';

export type Role = 'down' | 'starting' | 'primary' | 'standby';

/** Milliseconds for a question to a server. */
const patience = 2000;
/** Seconds for a program that returns at once, and for one that copies everything. */
const short = 30;
const long = 6 * 3600;

/** One PostgreSQL, as its keeper handles it. Nothing here waits for a start or a promotion to end: look again. */
export interface Postgres {
  readonly files: Files;
  alive(): boolean;
  role(): Promise<Role>;
  /** Rows from the local server. */
  ask<Row>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Whether another node answers and is a primary. */
  isPrimary(node: KeptNode): Promise<boolean>;
  /** Whether another node's files descend from the same empty database as those here. Throws where either is unreadable. */
  isRelated(node: KeptNode): Promise<boolean>;
  /** Makes an empty database. */
  initialise(): Promise<void>;
  start(): Promise<void>;
  reload(): Promise<void>;
  promote(): Promise<void>;
  /** Replaces what is here by a copy of another node, as its standby. */
  clone(from: KeptNode): Promise<void>;
  /** Stops for sure within so many seconds. */
  stop(within: number): Promise<void>;
}

export function keepPostgres(me: KeptNode, files: Files, shell: Shell, password: string): Postgres {
  const control = (...args: readonly string[]) =>
    shell.run('pg_ctl', ['-D', files.folder, '-s', ...args], { timeout: short });
  const alive = () => {
    const pid = files.pid();
    return pid !== undefined && isPostgres(pid);
  };
  const ask = async <Row>(node: KeptNode, text: string, values: readonly unknown[] = []) => {
    const client = new pg.Client({
      host: node.host,
      port: node.port,
      user: superuser,
      password,
      database: 'postgres',
      connectionTimeoutMillis: patience,
      query_timeout: patience,
      application_name: 'headroom-keeper',
    });
    // A server that stops tells its connections; the question then fails by itself.
    client.on('error', () => {});
    try {
      await client.connect();
      return (await client.query(text, [...values])).rows as readonly Row[];
    } finally {
      await client.end().catch(() => {});
    }
  };
  const inRecovery = async (node: KeptNode) => {
    const [row] = await ask<{ standby: boolean }>(node, 'select pg_is_in_recovery() as standby');
    return row?.standby === true;
  };
  return {
    files,
    alive,
    async role() {
      if (!alive()) return 'down';
      try {
        return (await inRecovery(me)) ? 'standby' : 'primary';
      } catch {
        return alive() ? 'starting' : 'down';
      }
    },
    ask: (text, values) => ask(me, text, values),
    isPrimary: (node) =>
      inRecovery(node)
        .then((standby) => !standby)
        .catch(() => false),
    async isRelated(node) {
      const [row] = await ask<{ id: string }>(
        node,
        'select system_identifier::text as id from pg_control_system()',
      );
      const text = await shell.run('pg_controldata', ['-D', files.folder], { timeout: short });
      const [, id] = /^Database system identifier: +(\d+)$/m.exec(text) ?? [];
      if (!row || !id) throw new Error('a database does not say which one it is');
      return row.id === id;
    },
    async initialise() {
      await rm(files.folder, { recursive: true, force: true });
      const options = [
        '-D',
        files.folder,
        `--username=${superuser}`,
        '--auth=scram-sha-256',
        '--data-checksums',
      ];
      const firstPassword = join(files.folder, '..', 'first-password');
      await files.writeSecret(firstPassword, `${password}\n`);
      try {
        await shell.run(
          'initdb',
          [...options, `--pwfile=${firstPassword}`, '--encoding=UTF8', '--locale=C'],
          {
            timeout: 10 * short,
          },
        );
      } finally {
        await rm(firstPassword, { force: true });
      }
    },
    async start() {
      await control('-W', '-l', join(files.folder, '..', 'postgres.log'), 'start');
    },
    async reload() {
      await control('reload');
    },
    async promote() {
      await control('-W', 'promote');
    },
    async clone(from) {
      await rm(files.cloneFolder, { recursive: true, force: true });
      const source = ['-h', from.host, '-p', String(from.port), '-U', superuser, '--no-password'];
      const target = ['-D', files.cloneFolder, '-X', 'stream', '--checkpoint=fast'];
      await shell.run('pg_basebackup', [...source, ...target], {
        timeout: long,
        env: { PGPASSFILE: files.passwordFile },
      });
      await files.markStandby(files.cloneFolder);
      await files.swapInClone();
    },
    async stop(within) {
      const pid = files.pid();
      if (pid !== undefined) await stopPostgres(pid, within);
    },
  };
}
