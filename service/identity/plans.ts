import { isDeepStrictEqual } from 'node:util';
import type { Quota } from '../contracts/identity.ts';
import { Refusal } from '../shared/problem.ts';
import { recordChange } from './changes.ts';
import type { Sql } from './database.ts';

export interface Plan {
  readonly id: string;
  readonly name: string;
  readonly quota: Quota;
}

export interface Page {
  readonly after: string;
  readonly limit: number;
}

interface Row {
  readonly id: string;
  readonly name: string;
  readonly month: number;
  readonly second: number;
}

const columns = 'id, name, requests_per_month::float8 as month, requests_per_second as second';

/** What a read locks: nothing, or the row until the transaction that will change it ends. */
export type Lock = '' | 'for update';

/** Throws Refusal 404. */
export async function getPlan(sql: Sql, id: string, lock: Lock = ''): Promise<Plan> {
  const [row] = await sql.rows<Row>(`select ${columns} from plans where id = $1 ${lock}`, [id]);
  if (!row) throw new Refusal(404, 'plan-unknown', `there is no plan ${id}`);
  return planOf(row);
}

export async function listPlans(sql: Sql, { after, limit }: Page): Promise<readonly Plan[]> {
  const rows = await sql.rows<Row>(`select ${columns} from plans where id > $1 order by id limit $2`, [
    after,
    limit,
  ]);
  return rows.map(planOf);
}

/** Makes a plan, or changes it for all its customers. The same again is no change. */
export async function putPlan(sql: Sql, actor: string, plan: Plan): Promise<'created' | 'updated' | 'same'> {
  const { id, name, quota } = plan;
  const values = [id, name, quota.requestsPerMonth, quota.requestsPerSecond];
  const created = await sql.rows(
    `insert into plans (id, name, requests_per_month, requests_per_second) values ($1, $2, $3, $4)
     on conflict (id) do nothing returning id`,
    values,
  );
  if (created.length > 0) {
    await recordChange(sql, { actor, action: 'create', kind: 'plan', subject: id, after: plan });
    return 'created';
  }
  const before = await getPlan(sql, id, 'for update');
  if (isDeepStrictEqual(before, plan)) return 'same';
  await sql.rows(
    'update plans set name = $2, requests_per_month = $3, requests_per_second = $4 where id = $1',
    values,
  );
  await recordChange(sql, { actor, action: 'update', kind: 'plan', subject: id, before, after: plan });
  return 'updated';
}

function planOf({ id, name, month, second }: Row): Plan {
  return { id, name, quota: { requestsPerMonth: month, requestsPerSecond: second } };
}
