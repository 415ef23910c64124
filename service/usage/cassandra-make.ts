import { setTimeout as sleep } from 'node:timers/promises';
import cassandra, { type Client } from 'cassandra-driver';
import { retry } from '../shared/backoff.ts';
import type { UsageStoreConfig } from '../shared/config-types.ts';
import { type CassandraAddress, schemaOf, usageTable } from './cassandra-schema.ts';

/** The driver documents it; its types forget it. */
type AgreementMetadata = Client['metadata'] & { checkSchemaAgreement(): Promise<boolean> };

/** Milliseconds for making the schema, and for waiting until all nodes have what was made. */
const patience = 30_000;
/** Milliseconds until all nodes have what was there. The driver waits for nodes that are down, too. */
const glance = 3000;

const { alreadyExists, invalid, serverError } = cassandra.types.responseErrorCodes;
/** What a node says that has heard a part of what another client makes at the same time. */
const halfHeard: readonly number[] = [alreadyExists, invalid, serverError];

/**
 * Makes keyspace and table where they are absent; several clients may do so at once. Resolves when all nodes have them,
 * also those that are down, or after half a minute without; after three seconds where the table was there, which
 * another client may have made just now. A node that is away must not keep everybody from working. Throws after half
 * a minute where nodes still say what one says that has heard half; at once for all else, such as a wrong config.
 */
export async function ensureSchema(
  client: Client,
  address: CassandraAddress,
  config: UsageStoreConfig,
): Promise<void> {
  const until = Date.now() + patience;
  let wasThere = true;
  const make = async () => {
    if (await hasTable(client, address)) return;
    wasThere = false;
    // Making a schema waits for the agreement of all nodes, which takes longer than a write.
    const options = { readTimeout: 60_000, prepare: false };
    for (const statement of schemaOf(address, config)) await client.execute(statement, [], options);
  };
  const transient = (error: unknown) =>
    error instanceof cassandra.errors.ResponseError && halfHeard.includes(error.code);
  await retry(make, { first: 0.1, most: 1, until, transient });
  const metadata = client.metadata as AgreementMetadata;
  const agreed = wasThere ? Date.now() + glance : until;
  while (!(await metadata.checkSchemaAgreement()) && Date.now() < agreed) await sleep(100);
}

async function hasTable(client: Client, { keyspace }: CassandraAddress): Promise<boolean> {
  const query = 'SELECT table_name FROM system_schema.tables WHERE keyspace_name = ? AND table_name = ?';
  return (await client.execute(query, [keyspace, usageTable], { prepare: true })).rowLength > 0;
}
