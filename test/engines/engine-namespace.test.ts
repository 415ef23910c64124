import { spawnSync } from 'node:child_process';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasService, type RunningEngine, startEngine } from './engine-start.ts';

const succeeds = (command: string, args: readonly string[]) => spawnSync(command, args).status === 0;

/** Runs `ip`; false where it is missing or not allowed. */
const network = (...args: readonly string[]) => succeeds('ip', args);

const name = `hr${process.pid}`;
const subnet = `10.213.${process.pid % 256}`;

/** Namespaces need root; a developer without is told so. */
function canPartition(): boolean {
  const possible = hasService('redis') && network('netns', 'add', name);
  if (possible) network('netns', 'delete', name);
  else process.stderr.write('network namespaces need root and ip; the test of a partition is skipped\n');
  return possible;
}

describe.skipIf(!canPartition())('An engine in a network namespace', { timeout: 60_000 }, () => {
  let redis: RunningEngine;

  beforeAll(async () => {
    const steps = [
      ['netns', 'add', name],
      ['link', 'add', name, 'type', 'veth', 'peer', 'name', 'inside', 'netns', name],
      ['addr', 'add', `${subnet}.1/24`, 'dev', name],
      ['link', 'set', name, 'up'],
      ['-n', name, 'addr', 'add', `${subnet}.2/24`, 'dev', 'inside'],
      ['-n', name, 'link', 'set', 'inside', 'up'],
      ['-n', name, 'link', 'set', 'lo', 'up'],
    ];
    for (const step of steps) expect(network(...step), step.join(' ')).toBe(true);
    redis = await startEngine('redis', { hosts: [`${subnet}.2`], netns: [name] });
  }, 30_000);

  afterAll(async () => {
    await redis?.stop();
    network('link', 'delete', name);
    network('netns', 'delete', name);
  });

  it('answers at its own address, falls silent in a partition, and is the same afterwards', async () => {
    expect(new URL(redis.address).hostname).toBe(`${subnet}.2`);
    const client = new Redis(redis.address, { commandTimeout: 500, maxRetriesPerRequest: null });
    client.on('error', () => undefined);
    try {
      await client.set('before', 'yes');
      const pid = redis.pid(1);
      expect(network('-n', name, 'link', 'set', 'inside', 'down')).toBe(true);
      await expect(client.get('before')).rejects.toThrow(/timed out/);
      expect(redis.pid(1)).toBe(pid);
      expect(network('-n', name, 'link', 'set', 'inside', 'up')).toBe(true);
      await expect
        .poll(() => client.get('before').catch(() => 'away'), { timeout: 20_000, interval: 200 })
        .toBe('yes');
      expect(redis.pid(1)).toBe(pid);
    } finally {
      client.disconnect();
    }
  });
});
