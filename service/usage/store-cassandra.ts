import cassandra, { type Client } from 'cassandra-driver';
import {
  type UsageRow,
  type UsageStore,
  UsageStoreUnavailable,
  type UsageTotal,
} from '../contracts/usage.ts';
import type { UsageStoreConfig } from '../shared/config-types.ts';
import { groupBy } from '../shared/group.ts';
import { inParallel } from '../shared/in-parallel.ts';
import { ensureSchema } from './cassandra-make.ts';
import { type CassandraAddress, consistencyOf, parseCassandraUrl, usageTable } from './cassandra-schema.ts';

const day = 86_400_000;
/** Statements of a batch: all of one partition, so that a replica applies it in one go. */
const batchRows = 50;
const concurrent = 32;

/**
 * Usage rows in Cassandra. A row is written with a timestamp that grows with its count of requests, so an older sum
 * that arrives late never wins over a newer one: last-write-wins becomes merge-by-maximum, without counters (which
 * are not idempotent). The schema is made on first use.
 */
export function openCassandraStore(config: UsageStoreConfig): UsageStore {
  const address = parseCassandraUrl(config.url);
  const writeConsistency = consistencyOf(config.writeQuorum, config.replicas);
  const readConsistency = consistencyOf(config.readQuorum, config.replicas);
  let connecting: Promise<Client> | undefined;
  const client = () => {
    connecting ??= connect(address, config).catch((error) => {
      connecting = undefined;
      throw error;
    });
    return connecting;
  };
  const guarded = <T>(work: (client: Client) => Promise<T>): Promise<T> =>
    client()
      .then(work)
      .catch((cause) => {
        throw new UsageStoreUnavailable(`Cassandra did not answer: ${cause.message}`, { cause });
      });
  const table = `${address.keyspace}.${usageTable}`;
  const insert = `INSERT INTO ${table} (customer, day, window_start, source, requests, bytes_in, bytes_out, pixels,
    cpu_microseconds) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP ? AND TTL ?`;
  const select = `SELECT sum(requests) AS requests, sum(bytes_in) AS bytes_in, sum(bytes_out) AS bytes_out,
    sum(pixels) AS pixels, sum(cpu_microseconds) AS cpu_microseconds FROM ${table}
    WHERE customer = ? AND day = ? AND window_start >= ? AND window_start < ?`;

  const writeBatch = (client: Client, rows: readonly UsageRow[]) =>
    client.batch(
      rows.map((row) => ({ query: insert, params: valuesOf(row, config.retention) })),
      { prepare: true, logged: false, isIdempotent: true, consistency: writeConsistency },
    );
  const readDay = async (client: Client, customer: string, day: number, from: number, to: number) => {
    const options = { prepare: true, isIdempotent: true, consistency: readConsistency };
    const result = await client.execute(select, [customer, day, new Date(from), new Date(to)], options);
    return result.first();
  };

  return {
    write: (rows) =>
      guarded(async (client) => {
        const partitions = groupBy(rows, (row) => `${dayOf(row.window)} ${row.customer}`);
        const batches = [...partitions.values()].flatMap((ofOne) => pieces(ofOne, batchRows));
        await inParallel(batches, concurrent, (batch) => writeBatch(client, batch));
      }),
    total: (customer, from, to) =>
      guarded(async (client) => {
        const days = Array.from(
          { length: Math.max(0, dayOf(to - 1) - dayOf(from) + 1) },
          (_, at) => dayOf(from) + at,
        );
        const rows = await inParallel(days, concurrent, (each) => readDay(client, customer, each, from, to));
        const sum = (column: string) => rows.reduce((all, row) => all + Number(row?.[column] ?? 0), 0);
        return {
          customer,
          requests: sum('requests'),
          bytesIn: sum('bytes_in'),
          bytesOut: sum('bytes_out'),
          pixels: sum('pixels'),
          cpuMicroseconds: sum('cpu_microseconds'),
        } satisfies UsageTotal;
      }),
    close: async () => {
      const open = await connecting?.catch(() => undefined);
      connecting = undefined;
      await open?.shutdown();
    },
  };
}

async function connect(address: CassandraAddress, config: UsageStoreConfig): Promise<Client> {
  const client = new cassandra.Client({
    contactPoints: [...address.contactPoints],
    localDataCenter: address.datacenter,
    protocolOptions: { port: address.port },
    socketOptions: { connectTimeout: config.timeout * 1000, readTimeout: config.timeout * 1000 },
    // A node that hangs without closing its connection is noticed by its silence.
    pooling: { heartBeatInterval: Math.max(1000, config.timeout * 1000) },
    queryOptions: { prepare: true },
  });
  try {
    await client.connect();
    await ensureSchema(client, address, config);
    return client;
  } catch (error) {
    await client.shutdown().catch(() => undefined);
    throw error;
  }
}

function valuesOf(row: UsageRow, retention: number): readonly unknown[] {
  const { Long } = cassandra.types;
  const numbers = [row.requests, row.bytesIn, row.bytesOut, row.pixels, row.cpuMicroseconds];
  // Microseconds since 1970 of the window, and within it the count: real enough for compaction by time windows.
  const version = Long.fromNumber(row.window * 1000).add(Long.fromNumber(row.requests));
  return [
    row.customer,
    dayOf(row.window),
    new Date(row.window),
    row.source,
    ...numbers.map((number) => Long.fromNumber(number)),
    version,
    Math.ceil(retention),
  ];
}

function dayOf(at: number): number {
  return Math.floor(at / day);
}

function pieces<T>(all: readonly T[], length: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / length) }, (_, at) =>
    all.slice(at * length, (at + 1) * length),
  );
}
