import { createHash } from 'node:crypto';
import cassandra from 'cassandra-driver';
import type { UsageStoreConfig } from '../shared/config-types.ts';

export interface CassandraAddress {
  readonly contactPoints: readonly string[];
  readonly port: number;
  readonly keyspace: string;
  readonly datacenter: string;
}

/** `cassandra://host:port,host:port/keyspace?datacenter=dc1`; port 9042, keyspace headroom and dc1 unless told. */
export function parseCassandraUrl(url: string): CassandraAddress {
  const match = /^cassandra:\/\/([^/?]+)(?:\/([a-z][a-z0-9_]{0,47}))?\/?(?:\?datacenter=([\w-]+))?$/.exec(
    url,
  );
  if (!match?.[1]) throw new RangeError('store.url: not cassandra://host:port,…/keyspace?datacenter=name');
  const contactPoints = match[1].split(',').map((host) => (/:\d+$/.test(host) ? host : `${host}:9042`));
  const port = Number(contactPoints[0]?.split(':').at(-1));
  return { contactPoints, port, keyspace: match[2] ?? 'headroom', datacenter: match[3] ?? 'dc1' };
}

export const usageTable = 'usage_rows';

/**
 * Statements that make the keyspace and the table; without effect where they are there. A partition is a day of a
 * customer: at most 1,440 windows a source. Rows end by their time to live, so compaction goes by time windows.
 *
 * The table has an identity that follows from its name: each node that makes one would give it one of its own, and two
 * that do so at once would never agree.
 */
export function schemaOf(
  { keyspace, datacenter }: CassandraAddress,
  config: UsageStoreConfig,
): readonly string[] {
  return [
    `CREATE KEYSPACE IF NOT EXISTS ${keyspace} WITH replication =
      {'class': 'NetworkTopologyStrategy', '${datacenter}': ${config.replicas}}`,
    `CREATE TABLE IF NOT EXISTS ${keyspace}.${usageTable} (
      customer text, day int, window_start timestamp, source text,
      requests bigint, bytes_in bigint, bytes_out bigint, pixels bigint, cpu_microseconds bigint,
      PRIMARY KEY ((customer, day), window_start, source)
    ) WITH ID = ${identityOf(`${keyspace}.${usageTable}`)} AND default_time_to_live = ${Math.ceil(config.retention)} AND compaction =
      {'class': 'TimeWindowCompactionStrategy', 'compaction_window_unit': 'DAYS', 'compaction_window_size': 1}`,
  ];
}

/** A UUID made of a name (version 5, without a name space). */
function identityOf(name: string): string {
  const bytes = createHash('sha1').update(name).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [0, 8, 12, 16, 20].map((from, index, all) => hex.slice(from, all[index + 1])).join('-');
}

/** W or R of N replicas as Cassandra names it; within the local data center. Throws a RangeError for what it lacks. */
export function consistencyOf(quorum: number, replicas: number): number {
  const { consistencies } = cassandra.types;
  if (quorum === replicas && replicas > 1) return consistencies.all;
  if (quorum === 1) return consistencies.localOne;
  if (quorum === Math.floor(replicas / 2) + 1) return consistencies.localQuorum;
  throw new RangeError(`store: a quorum of ${quorum} of ${replicas} is none of ONE, LOCAL_QUORUM and ALL`);
}
