import { Ajv } from 'ajv';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Metrics } from '../shared/metrics.ts';
import { authorize, explain } from './admin-guard.ts';
import * as schemas from './admin-schemas.ts';
import { listAudit } from './changes.ts';
import {
  type Customer,
  type CustomerUpdate,
  closeCustomer,
  createCustomer,
  getCustomer,
  listCustomers,
  updateCustomer,
} from './customers.ts';
import type { Database, Sql } from './database.ts';
import { createKey, listKeys, revokeKey } from './keys.ts';
import { getPlan, listPlans, type Page, type Plan, putPlan } from './plans.ts';

export interface AdminOptions {
  readonly database: Database;
  readonly metrics: Metrics;
  /** Left out: every request is refused. */
  readonly adminKey?: string;
  /** Called after a change was committed. */
  readonly changed: () => void;
}

interface ById {
  Params: { id: string };
}

type Kind = 'customer' | 'key' | 'plan' | 'quota';

/** The admin API: customers, keys, plans and quotas, and the audit log of every change. */
export function addAdminRoutes(
  server: FastifyInstance,
  { database, metrics, adminKey, changed }: AdminOptions,
): void {
  const actors = new WeakMap<FastifyRequest, string>();
  const ask = <T>(work: (sql: Sql) => Promise<T>) => database.transaction(work).catch(explain);
  const change = async <T>(
    request: FastifyRequest,
    work: (sql: Sql, actor: string) => Promise<readonly [T, ...Kind[]]>,
  ): Promise<T> => {
    const [result, ...kinds] = await ask((sql) => work(sql, actors.get(request) ?? 'unknown'));
    for (const kind of kinds) metrics.add('headroom_identity_changes_total', { kind });
    if (kinds.length > 0) changed();
    return result;
  };

  server.register(async (admin) => {
    // Fastify's own would drop an unknown key: a mistyped `blocked` must be an error, not a success.
    const strict = { allErrors: true, useDefaults: true };
    const [ofBodies, ofTexts] = [new Ajv(strict), new Ajv({ ...strict, coerceTypes: true })];
    admin.setValidatorCompiler(({ schema, httpPart }) =>
      (httpPart === 'body' ? ofBodies : ofTexts).compile(schema as object),
    );
    admin.addHook('onRequest', async (request) => {
      actors.set(request, authorize(request, adminKey));
    });

    admin.get<{ Querystring: Page }>(
      '/v1/plans',
      { schema: { querystring: schemas.pageQuery } },
      ({ query }) => ask(async (sql) => page(await listPlans(sql, query), query)),
    );
    admin.get<ById>('/v1/plans/:id', { schema: { params: schemas.idParams } }, ({ params }) =>
      ask((sql) => getPlan(sql, params.id)),
    );
    admin.put<ById & { Body: Omit<Plan, 'id'> }>(
      '/v1/plans/:id',
      { schema: { params: schemas.idParams, body: schemas.planBody } },
      async (request, reply) => {
        const plan = { id: request.params.id, ...request.body };
        const done = await change(request, async (sql, actor) => {
          const result = await putPlan(sql, actor, plan);
          return result === 'same' ? [result] : [result, 'plan'];
        });
        return reply.code(done === 'created' ? 201 : 200).send(plan);
      },
    );

    admin.get<{ Querystring: Page }>(
      '/v1/customers',
      { schema: { querystring: schemas.pageQuery } },
      ({ query }) => ask(async (sql) => page(await listCustomers(sql, query), query)),
    );
    admin.get<ById>('/v1/customers/:id', { schema: { params: schemas.idParams } }, ({ params }) =>
      ask((sql) => getCustomer(sql, params.id)),
    );
    admin.post<{ Body: Pick<Customer, 'id' | 'name' | 'plan'> & Partial<Pick<Customer, 'quota'>> }>(
      '/v1/customers',
      { schema: { body: schemas.customerBody } },
      async (request, reply) => {
        const created = await change(request, async (sql, actor) => [
          await createCustomer(sql, actor, { ...request.body, quota: request.body.quota ?? null }),
          'customer',
        ]);
        return reply.code(201).header('location', `/v1/customers/${created.id}`).send(created);
      },
    );
    admin.patch<ById & { Body: CustomerUpdate }>(
      '/v1/customers/:id',
      { schema: { params: schemas.idParams, body: schemas.customerUpdateBody } },
      (request) =>
        change(request, async (sql, actor) => {
          const { before, after } = await updateCustomer(sql, actor, request.params.id, request.body);
          return [after, ...kindsOf(before, after)];
        }),
    );
    admin.delete<ById>(
      '/v1/customers/:id',
      { schema: { params: schemas.idParams } },
      async (request, reply) => {
        await change(request, async (sql, actor) =>
          (await closeCustomer(sql, actor, request.params.id)) ? [undefined, 'customer'] : [undefined],
        );
        return reply.code(204).send();
      },
    );

    admin.get<ById & { Querystring: Page }>(
      '/v1/customers/:id/keys',
      { schema: { params: schemas.idParams, querystring: schemas.pageQuery } },
      ({ params, query }) => ask(async (sql) => page(await listKeys(sql, params.id, query), query)),
    );
    admin.post<ById & { Body: { label: string } }>(
      '/v1/customers/:id/keys',
      { schema: { params: schemas.idParams, body: schemas.keyBody } },
      async (request, reply) => {
        const { params, body } = request;
        const key = await change(request, async (sql, actor) => [
          await createKey(sql, actor, params.id, body.label),
          'key',
        ]);
        return reply.code(201).header('cache-control', 'no-store').send(key);
      },
    );
    admin.delete<ById>('/v1/keys/:id', { schema: { params: schemas.idParams } }, async (request, reply) => {
      await change(request, async (sql, actor) =>
        (await revokeKey(sql, actor, request.params.id)) ? [undefined, 'key'] : [undefined],
      );
      return reply.code(204).send();
    });

    admin.get<{ Querystring: { after: number; limit: number; customer?: string } }>(
      '/v1/audit',
      { schema: { querystring: schemas.auditQuery } },
      ({ query }) =>
        ask(async (sql) => {
          const items = await listAudit(sql, query);
          const last = items.length === query.limit ? items.at(-1) : undefined;
          return { items, ...(last ? { next: last.version } : {}) };
        }),
    );
  });
}

/** The items and, where there may be more, what to pass as `after`. */
function page<T extends { readonly id: string }>(items: readonly T[], { limit }: Page) {
  const last = items.length === limit ? items.at(-1) : undefined;
  return { items, ...(last ? { next: last.id } : {}) };
}

function kindsOf(before: Customer, after: Customer): Kind[] {
  const quota = JSON.stringify(before.quota) !== JSON.stringify(after.quota) || before.plan !== after.plan;
  const other = before.name !== after.name || before.blocked !== after.blocked;
  return [...(quota ? ['quota' as const] : []), ...(other ? ['customer' as const] : [])];
}
