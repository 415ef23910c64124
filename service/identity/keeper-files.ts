import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeeperConfig, KeptNode } from '../shared/config-types.ts';
import type { Data } from './keeper-rules.ts';
import type { Shell } from './keeper-shell.ts';

/** What the keeper puts into PostgreSQL's configuration. */
export interface Settings {
  readonly me: KeptNode;
  /** Whom a standby follows. */
  readonly follow?: KeptNode;
  /** Standbys for whose flush a commit waits. */
  readonly waitFor: readonly string[];
  /** Seconds of silence after which a connection between the nodes is given up. */
  readonly silence: number;
  readonly passwordFile: string;
  readonly allow: readonly string[];
  /** Bytes for pages of the database, and most connections; PostgreSQL's defaults where left out. */
  readonly sizes: Pick<KeeperConfig, 'buffers' | 'connections'>;
}

/** PostgreSQL's files on one node. The keeper owns `postgresql.auto.conf` and `pg_hba.conf`, and says who stands by. */
export interface Files {
  readonly folder: string;
  readonly passwordFile: string;
  readonly cloneFolder: string;
  /** What is here; read each time, since people may have changed it. */
  data(): Data;
  /** The first process, where one runs or ran. */
  pid(): number | undefined;
  prepare(password: string): Promise<void>;
  /** Writes a file that only PostgreSQL's user may read. */
  writeSecret(path: string, text: string): Promise<void>;
  /** True where the configuration is another one than before. */
  configure(settings: Settings): Promise<boolean>;
  /** Marks the files as a standby's. */
  markStandby(folder: string): Promise<void>;
  /** Puts the clone in the place of what was there. */
  swapInClone(): Promise<void>;
}

export const superuser = 'keeper';

export function filesIn(base: string, shell: Shell): Files {
  const folder = join(base, 'data');
  const cloneFolder = join(base, 'clone');
  const replacedFolder = join(base, 'replaced');
  const passwordFile = join(base, 'passwords');
  const write = async (path: string, text: string) => {
    await writeFile(`${path}.new`, text, { mode: 0o600 });
    await chmod(`${path}.new`, 0o600);
    await shell.own(`${path}.new`);
    await rename(`${path}.new`, path);
  };
  return {
    folder,
    passwordFile,
    cloneFolder,
    data() {
      if (!existsSync(join(folder, 'PG_VERSION'))) return 'none';
      return existsSync(join(folder, 'standby.signal')) ? 'standby' : 'primary';
    },
    pid() {
      const [first] = readText(join(folder, 'postmaster.pid')).split('\n');
      return first ? Number(first) : undefined;
    },
    async prepare(password) {
      await mkdir(base, { recursive: true });
      await shell.own(base);
      await write(passwordFile, `*:*:*:${superuser}:${password.replace(/[\\:]/g, '\\$&')}\n`);
    },
    writeSecret: write,
    async configure(settings) {
      const texts = {
        'postgresql.auto.conf': settingsText(settings),
        'pg_hba.conf': accessText(settings.allow),
      };
      let changed = false;
      for (const [name, text] of Object.entries(texts)) {
        const path = join(folder, name);
        if (readText(path) === text) continue;
        await write(path, text);
        changed = true;
      }
      return changed;
    },
    markStandby: (where) => write(join(where, 'standby.signal'), ''),
    async swapInClone() {
      await rm(replacedFolder, { recursive: true, force: true });
      // A removal that is interrupted would leave files that nobody can tell any more whose they are.
      if (existsSync(folder)) await rename(folder, replacedFolder);
      await rename(cloneFolder, folder);
      await rm(replacedFolder, { recursive: true, force: true });
    },
  };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** As text for `postgresql.auto.conf`, which is read last. */
export function settingsText(given: Settings): string {
  const { me, follow, waitFor, silence, passwordFile } = given;
  const { buffers, connections } = given.sizes;
  const seconds = Math.max(1, Math.round(silence));
  const connection = follow && {
    host: follow.host,
    port: follow.port,
    user: superuser,
    passfile: passwordFile,
    application_name: me.node,
    connect_timeout: seconds,
  };
  const settings: Readonly<Record<string, string | number>> = {
    listen_addresses: me.host,
    port: me.port,
    unix_socket_directories: '',
    ...(buffers === undefined ? {} : { shared_buffers: `${Math.floor(buffers / 1024)}kB` }),
    ...(connections === undefined ? {} : { max_connections: connections }),
    wal_level: 'replica',
    hot_standby: 'on',
    max_wal_senders: 10,
    wal_keep_size: '512MB',
    // A commit is acknowledged once the standby has flushed it.
    synchronous_commit: 'on',
    synchronous_standby_names: waitFor.map((name) => `"${name}"`).join(', '),
    wal_sender_timeout: `${seconds}s`,
    wal_receiver_timeout: `${seconds}s`,
    wal_receiver_status_interval: '1s',
    wal_retrieve_retry_interval: '500ms',
    recovery_target_timeline: 'latest',
    primary_conninfo: connection
      ? Object.entries(connection)
          .map(([name, value]) => `${name}='${String(value).replace(/['\\]/g, '\\$&')}'`)
          .join(' ')
      : '',
  };
  const lines = Object.entries(settings).map(
    ([name, value]) => `${name} = '${String(value).replaceAll("'", "''")}'`,
  );
  return `# Written by the keeper; what is changed here is overwritten.\n${lines.join('\n')}\n`;
}

function accessText(allow: readonly string[]): string {
  const rules = allow.flatMap((network) => [
    `host all all ${network} scram-sha-256`,
    `host replication ${superuser} ${network} scram-sha-256`,
  ]);
  return `# Written by the keeper; what is changed here is overwritten.\n${rules.join('\n')}\n`;
}
