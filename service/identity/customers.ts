import { isDeepStrictEqual } from 'node:util';
import type { Quota } from '../contracts/identity.ts';
import { Refusal } from '../shared/problem.ts';
import { recordChange } from './changes.ts';
import type { Sql } from './database.ts';
import type { Lock, Page } from './plans.ts';

export interface Customer {
  readonly id: string;
  readonly name: string;
  readonly plan: string;
  /** A quota of the customer's own; null takes the plan's. */
  readonly quota: Quota | null;
  readonly blocked: boolean;
  readonly closed: boolean;
}

export interface CustomerUpdate {
  readonly name?: string;
  readonly plan?: string;
  readonly quota?: Quota | null;
  readonly blocked?: boolean;
}

interface Row extends Omit<Customer, 'quota'> {
  readonly month: number | null;
  readonly second: number | null;
}

const columns = `id, name, plan, blocked, closed_at is not null as closed,
  requests_per_month::float8 as month, requests_per_second as second`;

/** Throws Refusal 404. */
export async function getCustomer(sql: Sql, id: string, lock: Lock = ''): Promise<Customer> {
  const [row] = await sql.rows<Row>(`select ${columns} from customers where id = $1 ${lock}`, [id]);
  if (!row) throw new Refusal(404, 'customer-unknown', `there is no customer ${id}`);
  return customerOf(row);
}

export async function listCustomers(sql: Sql, { after, limit }: Page): Promise<readonly Customer[]> {
  const rows = await sql.rows<Row>(`select ${columns} from customers where id > $1 order by id limit $2`, [
    after,
    limit,
  ]);
  return rows.map(customerOf);
}

/** Throws Refusal: 409 where the id is taken, 422 where the plan is unknown. */
export async function createCustomer(
  sql: Sql,
  actor: string,
  { id, name, plan, quota }: Pick<Customer, 'id' | 'name' | 'plan' | 'quota'>,
): Promise<Customer> {
  await requirePlan(sql, plan);
  const rows = await sql.rows(
    `insert into customers (id, name, plan, requests_per_month, requests_per_second)
     values ($1, $2, $3, $4, $5) on conflict (id) do nothing returning id`,
    [id, name, plan, quota?.requestsPerMonth ?? null, quota?.requestsPerSecond ?? null],
  );
  if (rows.length === 0) throw new Refusal(409, 'customer-exists', `there is a customer ${id} already`);
  const after: Customer = { id, name, plan, quota, blocked: false, closed: false };
  await recordChange(sql, { actor, action: 'create', kind: 'customer', subject: id, customer: id, after });
  return after;
}

/** What was before and after; the same again is no change. Throws Refusal: 404, 409 where closed, 422. */
export async function updateCustomer(
  sql: Sql,
  actor: string,
  id: string,
  update: CustomerUpdate,
): Promise<{ readonly before: Customer; readonly after: Customer }> {
  const before = await getOpenCustomer(sql, id);
  const after: Customer = { ...before, ...update };
  if (isDeepStrictEqual(before, after)) return { before, after };
  if (after.plan !== before.plan) await requirePlan(sql, after.plan);
  await sql.rows(
    `update customers set name = $2, plan = $3, blocked = $4, requests_per_month = $5, requests_per_second = $6
     where id = $1`,
    [
      id,
      after.name,
      after.plan,
      after.blocked,
      after.quota?.requestsPerMonth ?? null,
      after.quota?.requestsPerSecond ?? null,
    ],
  );
  await recordChange(sql, {
    actor,
    action: 'update',
    kind: 'customer',
    subject: id,
    customer: id,
    before,
    after,
  });
  return { before, after };
}

/** Closes an account: all its keys stop for good. What it did stays in the audit log and in its bills. */
export async function closeCustomer(sql: Sql, actor: string, id: string): Promise<boolean> {
  const before = await getCustomer(sql, id, 'for update');
  if (before.closed) return false;
  await sql.rows('update customers set closed_at = now() where id = $1', [id]);
  await sql.rows('update keys set revoked_at = now() where customer = $1 and revoked_at is null', [id]);
  const after = { ...before, closed: true };
  await recordChange(sql, {
    actor,
    action: 'close',
    kind: 'customer',
    subject: id,
    customer: id,
    before,
    after,
  });
  return true;
}

/** Locks it until the transaction ends. Throws Refusal: 404, or 409 where the account is closed. */
export async function getOpenCustomer(sql: Sql, id: string): Promise<Customer> {
  const customer = await getCustomer(sql, id, 'for update');
  if (customer.closed) throw new Refusal(409, 'customer-closed', `the account of ${id} is closed`);
  return customer;
}

async function requirePlan(sql: Sql, id: string): Promise<void> {
  const plans = await sql.rows('select id from plans where id = $1 for share', [id]);
  if (plans.length === 0) throw new Refusal(422, 'plan-unknown', `there is no plan ${id}`);
}

function customerOf({ month, second, ...row }: Row): Customer {
  const quota =
    month === null || second === null ? null : { requestsPerMonth: month, requestsPerSecond: second };
  return { id: row.id, name: row.name, plan: row.plan, quota, blocked: row.blocked, closed: row.closed };
}
