import { Client, policies } from 'cassandra-driver';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type UsageRow, UsageStoreUnavailable } from '../../service/contracts/usage.ts';
import { openUsageStore } from '../../service/usage/store.ts';
import { usageStoreContract } from '../service/contracts/usage-store.ts';
import { connectToAll } from './cassandra-nodes.ts';
import { hasService, type RunningEngine, startEngine } from './engine-start.ts';

const hasCassandra = hasService('cassandra');
const minute = 60_000;
const now = Math.floor(Date.now() / minute) * minute;

/** Addresses of nodes as the config of a role names them. */
function urlOf(cassandra: RunningEngine, keyspace = 'usage'): string {
  const hosts = cassandra.addresses.map((address) => new URL(address).host);
  return `cassandra://${hosts.join(',')}/${keyspace}?datacenter=dc1`;
}

function row(id: number, more: Partial<UsageRow> = {}): UsageRow {
  const sums = { requests: 1, bytesIn: 10, bytesOut: 10, pixels: 10, cpuMicroseconds: 10 };
  return { customer: 'acme', window: now - minute, source: `log/${id}`, ...sums, ...more };
}

describe.skipIf(!hasCassandra)('usage on Cassandra with three nodes', { timeout: 180_000 }, () => {
  let cassandra: RunningEngine;
  beforeAll(async () => {
    cassandra = await startEngine('cassandra', { nodes: 3 });
    await (await connectToAll(cassandra.addresses)).shutdown();
  }, 360_000);
  afterAll(() => cassandra?.stop(), 60_000);

  const open = (writeQuorum = 2, readQuorum = 2) =>
    openUsageStore({
      url: urlOf(cassandra),
      replicas: 3,
      writeQuorum,
      readQuorum,
      retention: 90 * 86_400,
      timeout: 10,
    });

  const openOn = (node: number, keyspace: string) =>
    openUsageStore({
      url: `cassandra://${new URL(cassandra.addresses[node] ?? '').host}/${keyspace}?datacenter=dc1`,
      ...{ replicas: 3, writeQuorum: 2, readQuorum: 2, retention: 86_400, timeout: 10 },
    });

  /** What a node takes for the identity of the table, asked of it alone. */
  const tableIdAt = async (address: string, keyspace: string) => {
    const { host, port } = new URL(address);
    const client = new Client({
      contactPoints: [host],
      protocolOptions: { port: Number(port) },
      localDataCenter: 'dc1',
      policies: {
        loadBalancing: new policies.loadBalancing.AllowListPolicy(
          new policies.loadBalancing.RoundRobinPolicy(),
          [host],
        ),
      },
    });
    const { rows } = await client.execute(
      'SELECT id FROM system_schema.tables WHERE keyspace_name = ? AND table_name = ?',
      [keyspace, 'usage_rows'],
      { prepare: true },
    );
    await client.shutdown();
    return String(rows[0]?.['id']);
  };

  usageStoreContract('Cassandra', async () => open());

  it('lets several clients make the schema at once, and all nodes agree about it', async () => {
    for (let attempt = 1; attempt <= 3; attempt++) {
      const keyspace = `at_once_${attempt}`;
      // Each asks a node of its own first: two of one node would be put in order by it.
      const stores = [0, 1, 2, 0, 1, 2].map((node) => openOn(node, keyspace));
      await Promise.all(stores.map((store, index) => store.write([row(index)])));
      for (const store of stores) {
        expect((await store.total('acme', now - minute, now)).requests).toBe(stores.length);
        await store.close();
      }
      const ids = await Promise.all(cassandra.addresses.map((address) => tableIdAt(address, keyspace)));
      expect(new Set(ids).size).toBe(1);
    }
  });

  it('lets rows end by their retention', async () => {
    const store = openUsageStore({
      url: urlOf(cassandra),
      replicas: 3,
      writeQuorum: 2,
      readQuorum: 2,
      retention: 1,
      timeout: 10,
    });
    await store.write([row(1, { customer: 'short' })]);
    await expect
      .poll(async () => (await store.total('short', 0, now)).requests, { timeout: 30_000, interval: 500 })
      .toBe(0);
    await store.close();
  });

  it('takes and answers with a quorum while a node is killed, and has all rows when it is back', async () => {
    const store = open();
    const everything = openUsageStore({
      url: urlOf(cassandra),
      replicas: 3,
      writeQuorum: 3,
      readQuorum: 3,
      retention: 86_400,
      timeout: 10,
    });
    await store.write([row(0)]);
    let written = 1;
    let killed: Promise<void> | undefined;
    for (let id = 1; id <= 60; id++) {
      if (id === 20) killed = cassandra.kill(2);
      // What was in flight on the killed node fails; again, since writing again is harmless.
      await writeUntilTaken(() => store.write([row(id)]));
      written += 1;
    }
    await killed;
    expect((await store.total('acme', now - minute, now)).requests).toBe(written);
    await expect(everything.write([row(0)])).rejects.toThrow(UsageStoreUnavailable);
    await cassandra.restart(2);
    await expect
      .poll(
        () =>
          everything.total('acme', now - minute, now).then(
            (total) => total.requests,
            () => undefined,
          ),
        {
          timeout: 60_000,
          interval: 500,
        },
      )
      .toBe(written);
    await Promise.all([store.close(), everything.close()]);
  });
});

async function writeUntilTaken(write: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await write();
    } catch (error) {
      if (attempt === 20 || !(error instanceof UsageStoreUnavailable)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

describe.skipIf(!hasCassandra)('usage on Cassandra with one node', { timeout: 120_000 }, () => {
  it('is unavailable until it is there, and works then', async () => {
    const cassandra = await startEngine('cassandra');
    const store = openUsageStore({
      url: urlOf(cassandra),
      replicas: 1,
      writeQuorum: 1,
      readQuorum: 1,
      retention: 86_400,
      timeout: 2,
    });
    try {
      await cassandra.kill(1);
      await expect(store.write([row(1)])).rejects.toThrow(UsageStoreUnavailable);
      await cassandra.restart(1);
      await writeUntilTaken(() => store.write([row(1)]));
      expect((await store.total('acme', now - minute, now)).requests).toBe(1);
    } finally {
      await store.close();
      await cassandra.stop();
    }
  });
});
