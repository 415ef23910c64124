import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parsePostgresUrl } from '../../../service/identity/database-postgres.ts';
import { readKeeper } from '../../../service/identity/keeper-config.ts';
import { filesIn, settingsText } from '../../../service/identity/keeper-files.ts';
import { isPostgres, stopPostgres } from '../../../service/identity/keeper-stop.ts';
import { ConfigInvalid } from '../../../service/shared/config.ts';

const me = { node: 'one', host: '10.0.0.1', port: 5432 };
const other = { node: 'two', host: '10.0.0.2', port: 5433 };
const settings = {
  me,
  waitFor: [],
  silence: 5,
  passwordFile: '/x/passwords',
  allow: ['10.0.0.0/24'],
  sizes: {},
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-keeper-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("PostgreSQL's configuration", () => {
  it('makes commits wait for whom it names, and for nobody where it names nobody', () => {
    expect(settingsText({ ...settings, waitFor: ['two'] })).toContain(
      `synchronous_standby_names = '"two"'\n`,
    );
    expect(settingsText(settings)).toContain("synchronous_standby_names = ''\n");
    expect(settingsText(settings)).toContain("synchronous_commit = 'on'\n");
  });

  it('has the memory and the connections of the plan, and those of PostgreSQL where there are none', () => {
    const text = settingsText({ ...settings, sizes: { buffers: 536_870_912, connections: 50 } });
    expect(text).toContain("shared_buffers = '524288kB'\n");
    expect(text).toContain("max_connections = '50'\n");
    expect(settingsText(settings)).not.toMatch(/shared_buffers|max_connections/);
  });

  it('tells a standby whom to follow under its own name, and holds no password', () => {
    const text = settingsText({ ...settings, follow: other });
    expect(text).toContain("host=''10.0.0.2'' port=''5433''");
    expect(text).toContain("application_name=''one''");
    expect(text).toContain("passfile=''/x/passwords''");
    expect(text).not.toContain('password=');
  });
});

describe("PostgreSQL's files", () => {
  const files = () => filesIn(folder, { run: async () => '', own: async () => {} });

  it('say what is there: nothing, a primary, or a standby', async () => {
    const here = files();
    expect(here.data()).toBe('none');
    mkdirSync(here.folder);
    expect(here.data()).toBe('none');
    writeFileSync(join(here.folder, 'PG_VERSION'), '15\n');
    expect(here.data()).toBe('primary');
    await here.markStandby(here.folder);
    expect(here.data()).toBe('standby');
  });

  it('are written only where they differ', async () => {
    const here = files();
    mkdirSync(here.folder);
    expect(await here.configure(settings)).toBe(true);
    expect(await here.configure(settings)).toBe(false);
    expect(await here.configure({ ...settings, waitFor: ['two'] })).toBe(true);
    expect(readFileSync(join(here.folder, 'pg_hba.conf'), 'utf8')).toContain(
      'host replication keeper 10.0.0.0/24 scram-sha-256',
    );
  });

  it('keep the password where nobody else can read it', async () => {
    const here = files();
    await here.prepare('a:b\\c');
    expect(readFileSync(here.passwordFile, 'utf8')).toBe('*:*:*:keeper:a\\:b\\\\c\n');
    expect(statSync(here.passwordFile).mode & 0o777).toBe(0o600);
  });

  it('take the place of old ones only when the copy is whole', async () => {
    const here = files();
    mkdirSync(here.folder);
    writeFileSync(join(here.folder, 'PG_VERSION'), '15\n');
    mkdirSync(here.cloneFolder);
    writeFileSync(join(here.cloneFolder, 'PG_VERSION'), '15\n');
    expect(here.data()).toBe('primary');
    await here.markStandby(here.cloneFolder);
    await here.swapInClone();
    expect(here.data()).toBe('standby');
    expect(existsSync(here.cloneFolder)).toBe(false);
  });

  it('leave nothing behind once they are replaced, also where that was interrupted before', async () => {
    const here = files();
    mkdirSync(join(folder, 'replaced'));
    writeFileSync(join(folder, 'replaced', 'left over'), '');
    for (let time = 0; time < 2; time += 1) {
      mkdirSync(here.cloneFolder);
      writeFileSync(join(here.cloneFolder, 'PG_VERSION'), '15\n');
      await here.swapInClone();
      expect(here.data()).toBe('primary');
      expect(readdirSync(folder)).toEqual(['data']);
    }
  });
});

describe('stopping PostgreSQL', () => {
  /** A program of PostgreSQL's name that heeds no signal but SIGKILL, as one that hangs. */
  const startDeaf = async (): Promise<ChildProcess> => {
    const program = join(folder, 'postgres');
    copyFileSync('/bin/sh', program);
    chmodSync(program, 0o755);
    const script = 'trap "" INT QUIT TERM; echo ready; while :; do read -t 1 line || sleep 0.05; done';
    const child = spawn(program, ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(child.stdout, 'data');
    return child;
  };

  it('kills what does not listen, within its time', async () => {
    const child = await startDeaf();
    const ended = once(child, 'exit');
    expect(isPostgres(child.pid ?? 0)).toBe(true);
    await stopPostgres(child.pid ?? 0, 0.6);
    expect((await ended)[1]).toBe('SIGKILL');
    expect(isPostgres(child.pid ?? 0)).toBe(false);
  });

  it('leaves a process alone that only has the number', async () => {
    expect(isPostgres(process.pid)).toBe(false);
    await stopPostgres(process.pid, 0.1);
    await stopPostgres(2 ** 22, 0.1);
  });
});

describe('what the keeper is told', () => {
  const keeper = {
    node: 'one',
    nodes: [me, other],
    listen: { host: '127.0.0.1', port: 0 },
    witness: { url: 'nats://127.0.0.1:1', replicas: 3 },
    folder: '/x',
    binaries: '/y',
    password: { env: 'HEADROOM_TEST_PASSWORD' },
    allow: ['10.0.0.0/24'],
    renewInterval: 1.5,
    fencingTime: 5,
    promotionTime: 20,
  };
  const identity = {
    listen: { host: '127.0.0.1', port: 0 },
    database: { url: 'postgres://app@a:1,b:2/headroom', password: { env: 'HEADROOM_TEST_PASSWORD' } },
    dataPlane: [],
    replicationLag: 2,
    detectionTime: 10,
    keeper,
  };

  it('names this node and the other one', async () => {
    process.env['HEADROOM_TEST_PASSWORD'] = 'x';
    expect(await readKeeper(identity)).toMatchObject({
      me,
      other,
      application: { user: 'app', secret: 'x' },
    });
    delete process.env['HEADROOM_TEST_PASSWORD'];
  });

  it.each([
    ['a node that is not in the list', { node: 'three' }],
    ['too few renewals in the detection time', { renewInterval: 4 }],
    ['fencing that takes the whole promotion time', { fencingTime: 20 }],
  ])('is refused with %s', async (_, over) => {
    await expect(readKeeper({ ...identity, keeper: { ...keeper, ...over } })).rejects.toThrow(ConfigInvalid);
  });
});

describe('the address of the database', () => {
  it('has several hosts, ports of their own, and text that needed escapes', () => {
    expect(parsePostgresUrl('postgres://a%40b:p%2Fw@h1:1,[::1]:2,h3/db')).toEqual({
      user: 'a@b',
      password: 'p/w',
      database: 'db',
      hosts: [
        { host: 'h1', port: 1 },
        { host: '::1', port: 2 },
        { host: 'h3', port: 5432 },
      ],
    });
  });

  it('is refused where it is none', () => {
    for (const url of ['mysql://a@b/c', 'postgres://b/c', 'postgres://a@b']) {
      expect(() => parsePostgresUrl(url)).toThrow(RangeError);
    }
  });
});
