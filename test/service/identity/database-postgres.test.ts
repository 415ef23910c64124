import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Database } from '../../../service/identity/database.ts';
import { openPostgres } from '../../../service/identity/database-postgres.ts';

type Kind = 'primary' | 'standby' | 'silent';

interface Host {
  kind: Kind;
  readonly port: number;
  /** Connections that were made to it. */
  readonly asked: () => number;
}

const opened: { readonly server: Server; readonly sockets: Set<Socket> }[] = [];
let database: Database | undefined;
afterEach(async () => {
  await database?.close();
  database = undefined;
  for (const { server, sockets } of opened.splice(0)) {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});

/** As much of PostgreSQL's protocol as a begun and committed transaction needs; a silent one takes connections only. */
async function startHost(kind: Kind): Promise<Host> {
  const sockets = new Set<Socket>();
  let asked = 0;
  const server = createServer((socket) => {
    asked += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      if (host.kind === 'silent') return;
      const [type, text] = [String.fromCharCode(bytes[0] ?? 0), bytes.toString()];
      if (type === 'X') socket.end();
      else if (type !== 'Q') socket.write(Buffer.concat([message('R', Buffer.alloc(4)), ready('I')]));
      else if (text.includes('begin')) socket.write(begun(host.kind === 'standby'));
      else socket.write(Buffer.concat([done('COMMIT'), ready('I')]));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.push({ server, sockets });
  const host: Host = { kind, port: (server.address() as AddressInfo).port, asked: () => asked };
  return host;
}

function message(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
}

const ready = (state: string) => message('Z', Buffer.from(state));
const done = (command: string) => message('C', Buffer.from(`${command}\0`));

/** The answer to `begin; select pg_is_in_recovery() as standby`: one row with one boolean. */
function begun(standby: boolean): Buffer {
  const boolean = [0, 0, 0, 16, 0, 1, 255, 255, 255, 255, 0, 0];
  const column = Buffer.from([...Buffer.from('standby\0'), 0, 0, 0, 0, 0, 0, ...boolean]);
  const row = Buffer.from([0, 1, 0, 0, 0, 1, ...Buffer.from(standby ? 't' : 'f')]);
  return Buffer.concat([
    done('BEGIN'),
    message('T', Buffer.concat([Buffer.from([0, 1]), column])),
    message('D', row),
    done('SELECT 1'),
    ready('T'),
  ]);
}

function open(...hosts: readonly Host[]): Database {
  const list = hosts.map(({ port }) => `127.0.0.1:${port}`).join(',');
  database = openPostgres({ url: `postgres://headroom@${list}/headroom`, timeout: 1 });
  return database;
}

describe('a primary among several hosts', () => {
  it.each(['silent', 'standby'] as const)(
    'is asked first once the host before it was %s: each transaction would ask that one again',
    async (kind) => {
      const [other, primary] = [await startHost(kind), await startHost('primary')];
      const { transaction } = open(other, primary);
      for (let turn = 0; turn < 4; turn += 1) expect(await transaction(async () => turn)).toBe(turn);
      expect(other.asked()).toBe(1);
    },
  );

  it('is found again after the two changed places', async () => {
    const [one, two] = [await startHost('primary'), await startHost('standby')];
    const { transaction } = open(one, two);
    expect(await transaction(async () => 'before')).toBe('before');
    [one.kind, two.kind] = ['standby', 'primary'];
    for (let turn = 0; turn < 3; turn += 1) expect(await transaction(async () => turn)).toBe(turn);
    expect(two.asked()).toBe(1);
  });

  it('is looked for on every host before it is said that there is none', async () => {
    const hosts = [await startHost('standby'), await startHost('standby')];
    const { transaction } = open(...hosts);
    await expect(transaction(async () => {})).rejects.toThrow(
      'no primary among 2 hosts: a standby; a standby',
    );
    expect(hosts.map(({ asked }) => asked())).toEqual([1, 1]);
  });
});
