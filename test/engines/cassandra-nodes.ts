import { Client, types } from 'cassandra-driver';
import { expect, vi } from 'vitest';

/** A read of all three replicas fails where the node that is asked does not hold the other two for alive. */
const everywhere =
  "SELECT * FROM system_distributed.view_build_status WHERE keyspace_name = 'a' AND view_name = 'b'";

/**
 * A client of three nodes that see each other: one that takes connections may not yet have heard of the others, and a
 * keyspace that is made then is not there for all of them.
 */
export async function connectToAll(addresses: readonly string[]): Promise<Client> {
  return vi.waitFor(() => connect(addresses), { timeout: 60_000, interval: 1000 });
}

async function connect(addresses: readonly string[]): Promise<Client> {
  const urls = addresses.map((address) => new URL(address));
  const client = new Client({
    contactPoints: urls.map(({ host }) => host),
    // The driver takes this port for the nodes that it hears of from others.
    protocolOptions: { port: Number(urls[0]?.port) },
    localDataCenter: 'dc1',
    queryOptions: { isIdempotent: true, prepare: true },
  });
  try {
    await client.connect();
    const hosts = client.hosts.values();
    expect(hosts.length).toBe(addresses.length);
    for (const host of hosts)
      await client.execute(everywhere, [], { consistency: types.consistencies.all, host });
    return client;
  } catch (error) {
    await client.shutdown();
    throw error;
  }
}
