import type { Identity } from '../contracts/identity.ts';
import type { Sql } from './database.ts';

interface Row {
  readonly id: string;
  readonly customer: string;
  readonly hash: string;
  readonly plan: string;
  readonly month: number;
  readonly second: number;
  readonly revoked: boolean;
}

const select = `
  select keys.id, keys.customer, keys.secret_hash as hash, customers.plan,
    coalesce(customers.requests_per_month, plans.requests_per_month)::float8 as month,
    coalesce(customers.requests_per_second, plans.requests_per_second) as second,
    (keys.revoked_at is not null or customers.blocked or customers.closed_at is not null) as revoked
  from keys join customers on customers.id = keys.customer join plans on plans.id = customers.plan`;

/**
 * The identities that the changes in (from, to] touch. `version` is the newest change in the snapshot, so an identity
 * carries the version of what it says, and a replica that keeps the larger one never goes back.
 */
export async function changedIdentities(
  sql: Sql,
  { from, to, version }: { readonly from: number; readonly to: number; readonly version: number },
): Promise<readonly Identity[]> {
  const rows = await sql.rows<Row>(
    `${select} where
       keys.id in (select subject from changes where kind = 'key' and version > $1 and version <= $2)
       or keys.customer in (select subject from changes where kind = 'customer' and version > $1 and version <= $2)
       or customers.plan in (select subject from changes where kind = 'plan' and version > $1 and version <= $2)`,
    [from, to],
  );
  return rows.map((row) => identityOf(row, version));
}

/** All identities in the order of their keys, a page at a time: for a replica that has nothing. */
export async function identitiesAfter(
  sql: Sql,
  { after, limit, version }: { readonly after: string; readonly limit: number; readonly version: number },
): Promise<readonly Identity[]> {
  const rows = await sql.rows<Row>(`${select} where keys.id > $1 order by keys.id limit $2`, [after, limit]);
  return rows.map((row) => identityOf(row, version));
}

function identityOf(row: Row, version: number): Identity {
  return {
    keyId: row.id,
    customer: row.customer,
    secretHash: row.hash,
    plan: row.plan,
    quota: { requestsPerMonth: row.month, requestsPerSecond: row.second },
    revoked: row.revoked,
    version,
  };
}
