import { Refusal } from '../shared/problem.ts';
import { recordChange } from './changes.ts';
import { getCustomer, getOpenCustomer } from './customers.ts';
import type { Sql } from './database.ts';
import { makeKey } from './key.ts';
import type { Page } from './plans.ts';

/** A key as it may be shown: without its secret, which nobody has but the customer. */
export interface Key {
  readonly id: string;
  readonly customer: string;
  readonly label: string;
  readonly revoked: boolean;
}

const columns = 'id, customer, label, revoked_at is not null as revoked';

export async function listKeys(sql: Sql, customer: string, { after, limit }: Page): Promise<readonly Key[]> {
  await getCustomer(sql, customer);
  return sql.rows<Key>(`select ${columns} from keys where customer = $1 and id > $2 order by id limit $3`, [
    customer,
    after,
    limit,
  ]);
}

/** Makes a key. `text` is the only time that its secret is seen. Throws Refusal: 404, 409 where the account is closed. */
export async function createKey(
  sql: Sql,
  actor: string,
  customer: string,
  label: string,
): Promise<Key & { readonly text: string }> {
  await getOpenCustomer(sql, customer);
  const { keyId: id, text, secretHash } = makeKey();
  await sql.rows('insert into keys (id, customer, label, secret_hash) values ($1, $2, $3, $4)', [
    id,
    customer,
    label,
    secretHash,
  ]);
  const key: Key = { id, customer, label, revoked: false };
  await recordChange(sql, { actor, action: 'create', kind: 'key', subject: id, customer, after: key });
  return { ...key, text };
}

/** Revokes a key for good; false where it was. Throws Refusal 404. */
export async function revokeKey(sql: Sql, actor: string, id: string): Promise<boolean> {
  const [before] = await sql.rows<Key>(`select ${columns} from keys where id = $1 for update`, [id]);
  if (!before) throw new Refusal(404, 'key-unknown', `there is no key ${id}`);
  if (before.revoked) return false;
  await sql.rows('update keys set revoked_at = now() where id = $1', [id]);
  const { customer } = before;
  const after = { ...before, revoked: true };
  await recordChange(sql, { actor, action: 'revoke', kind: 'key', subject: id, customer, before, after });
  return true;
}
