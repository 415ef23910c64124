import { createCustomer } from './customers.ts';
import type { Database } from './database.ts';
import { createKey } from './keys.ts';
import { putPlan } from './plans.ts';

export interface Seeded {
  readonly plan: string;
  readonly customer: string;
  /** The customer's first key, the only time that its secret is seen; left out where the customer has a key already. */
  readonly key?: string;
}

const plan = {
  id: 'default',
  name: 'Default',
  // Ten a second is what one core converts; a month of half of that.
  quota: { requestsPerMonth: 13_000_000, requestsPerSecond: 10 },
};

const customer = { id: 'first', name: 'First customer', plan: plan.id, quota: null };

/** A plan, a customer and a key to begin with. Run again, it changes nothing and shows no key. */
export async function seed(database: Database): Promise<Seeded> {
  return database.transaction(async (sql) => {
    const actor = 'seed';
    const plans = await sql.rows('select id from plans where id = $1', [plan.id]);
    if (plans.length === 0) await putPlan(sql, actor, plan);
    const customers = await sql.rows('select id from customers where id = $1', [customer.id]);
    if (customers.length === 0) await createCustomer(sql, actor, customer);
    const keys = await sql.rows('select id from keys where customer = $1 limit 1', [customer.id]);
    const seeded = { plan: plan.id, customer: customer.id };
    if (keys.length > 0) return seeded;
    const { text } = await createKey(sql, actor, customer.id, 'first');
    return { ...seeded, key: text };
  });
}
