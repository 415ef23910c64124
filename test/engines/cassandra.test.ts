import { type Client, types } from 'cassandra-driver';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectToAll } from './cassandra-nodes.ts';
import { hasService, processesIn, type RunningEngine, startEngine } from './engine-start.ts';

const { localQuorum, localOne, all } = types.consistencies;

describe.skipIf(!hasService('cassandra'))('Cassandra with three nodes', { timeout: 180_000 }, () => {
  let cassandra: RunningEngine;
  let client: Client;

  beforeAll(async () => {
    cassandra = await startEngine('cassandra', { nodes: 3 });
    client = await connectToAll(cassandra.addresses);
  }, 360_000);

  afterAll(async () => {
    await client?.shutdown();
    await cassandra?.stop();
  }, 60_000);

  const insert = (minute: number, amount: number, consistency = localQuorum) =>
    client.execute(
      'INSERT INTO usage.amounts (customer, minute, amount) VALUES (?, ?, ?)',
      ['a', minute, amount],
      {
        consistency,
      },
    );
  const amounts = async (consistency: types.consistencies) => {
    const { rows } = await client.execute('SELECT amount FROM usage.amounts WHERE customer = ?', ['a'], {
      consistency,
    });
    return rows.map((row) => row['amount']);
  };

  it('keeps a row on each node, in racks of their own', async () => {
    await client.execute(
      "CREATE KEYSPACE usage WITH replication = {'class': 'NetworkTopologyStrategy', 'dc1': 3}",
    );
    await client.execute(
      'CREATE TABLE usage.amounts (customer text, minute int, amount int, PRIMARY KEY (customer, minute))',
    );
    const hosts = client.hosts.values();
    expect(hosts.map(({ rack }) => rack).sort()).toEqual(['rack1', 'rack2', 'rack3']);
    expect(hosts.every(({ cassandraVersion }) => cassandraVersion.startsWith('5.0.'))).toBe(true);
    // Nodes that take connections may not yet have heard of each other.
    await expect
      .poll(() => insert(1, 10, all).then(() => 'written', String), { timeout: 60_000, interval: 500 })
      .toBe('written');
    expect(await amounts(localOne)).toEqual([10]);
  });

  it('writes and reads at a quorum while one node is dead, but not at all three', async () => {
    await cassandra.kill(3);
    await insert(2, 20);
    expect(await amounts(localQuorum)).toEqual([10, 20]);
    await expect(insert(3, 30, all)).rejects.toThrow(/Not enough replicas|timeout/i);
  });

  it('gives the node that comes back what it missed', async () => {
    await cassandra.restart(3);
    await expect
      .poll(() => amounts(all).catch(() => 'not yet'), { timeout: 60_000, interval: 500 })
      .toEqual(expect.arrayContaining([10, 20]));
  });

  it('leaves nothing running after stop', async () => {
    const folders = [1, 2, 3].map((node) => cassandra.nodeFolder(node));
    expect(folders.map((folder) => processesIn(folder).length)).toEqual([1, 1, 1]);
    await client.shutdown();
    await cassandra.stop();
    expect(folders.flatMap(processesIn)).toEqual([]);
  });
});
