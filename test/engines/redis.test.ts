import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasService, processesIn, type RunningEngine, startEngine } from './engine-start.ts';

describe.skipIf(!hasService('redis'))('Redis with a replica', { timeout: 60_000 }, () => {
  let redis: RunningEngine;
  let clients: Redis[] = [];

  const connect = (address: string) => {
    const client = new Redis(address, { retryStrategy: (times) => Math.min(50 * times, 500) });
    client.on('error', () => undefined);
    clients.push(client);
    return client;
  };

  beforeAll(async () => {
    redis = await startEngine('redis', { nodes: 2, config: 'maxmemory 64mb\n' });
  }, 60_000);

  afterAll(async () => {
    for (const client of clients) client.disconnect();
    clients = [];
    await redis?.stop();
  });

  it('takes a key at the primary and answers it at the replica, which refuses writes', async () => {
    const [primary, replica] = redis.addresses.map(connect) as [Redis, Redis];
    await primary.set('customer:1', 'key');
    expect(await primary.wait(1, 10_000)).toBe(1);
    expect(await replica.get('customer:1')).toBe('key');
    await expect(replica.set('customer:1', 'other')).rejects.toThrow(/READONLY/);
  });

  it('takes settings of the test', async () => {
    const primary = connect(redis.addresses[0] as string);
    expect(await primary.config('GET', 'maxmemory')).toEqual(['maxmemory', String(64 * 2 ** 20)]);
  });

  it('has after kill -9 and restart what it had, on the same port', async () => {
    const primary = connect(redis.addresses[0] as string);
    await primary.set('kept', 'yes');
    const before = redis.pid(1);
    await redis.kill(1);
    expect(redis.pid(1)).toBeUndefined();
    expect(redis.pid(2)).toBeDefined();
    await redis.restart(1);
    expect(redis.pid(1)).not.toBe(before);
    expect(await primary.get('kept')).toBe('yes');
  });

  it('leaves nothing running after stop, a hung node included', async () => {
    const folder = redis.nodeFolder(1);
    await redis.kill(2, 'SIGSTOP');
    expect(processesIn(redis.nodeFolder(2))).toHaveLength(1);
    await redis.stop();
    expect(processesIn(folder)).toEqual([]);
    expect(processesIn(redis.nodeFolder(2))).toEqual([]);
  });
});
