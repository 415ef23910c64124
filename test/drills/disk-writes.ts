import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import type { Keepers } from '../engines/keepers.ts';
import type { Name } from './failover.ts';
import { until } from './processes.ts';
import type { Service } from './service.ts';

/** What engines write seldom is asked for, so that a disk that is full is felt within a drill and not hours later. */

/** Lets the third node of the batch store write what it has in memory, and waits until it has said that it cannot. */
export async function flushed({ engines: { cassandra }, ground }: Service): Promise<void> {
  const log = () => readFileSync(join(cassandra.nodeFolder(3), 'log'), 'utf8');
  const before = log().length;
  const { netns } = ground.machine('batch-store-3');
  const jmx = new URL(cassandra.addresses[2] ?? '').searchParams.get('jmx') ?? '';
  const [command = '', ...args] = [
    ...(netns ? ['ip', 'netns', 'exec', netns] : []),
    ...['nodetool', '-h', '127.0.0.1', '-p', jmx, 'flush'],
  ];
  await promisify(execFile)(command, args).catch(() => undefined);
  await until('the node notices its disk', async () =>
    /No space left|insufficient disk space|FSWriteError|FSDiskFull/i.test(log().slice(before)),
  );
}

/** Makes keys until there is no room for another: who asks is told that the primary is away, and not of a fault of ours. */
export async function keysRefused({ admin }: Service): Promise<void> {
  let refusal = '';
  await until(
    'a key is refused',
    async () => {
      refusal = await admin('POST', '/v1/customers/ann/keys', {}).then(() => '', String);
      return refusal !== '';
    },
    30_000,
    0,
  );
  expect(refusal).toMatch(/keys: 503 /);
}

/** Lets a primary write more than the files of its log have room for, and waits until it has ended over it. */
export async function walWritten(keepers: Keepers, primary: Name): Promise<void> {
  const more = "select pg_logical_emit_message(true, 'drill', repeat('x', 16000000))";
  await until('the primary notices its disk', () =>
    keepers.ask(primary, more).then(
      () => false,
      async () => (await keepers.state(primary))?.role !== 'primary',
    ),
  );
}
