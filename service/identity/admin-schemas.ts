/** What the admin API takes, as JSON Schemas for Fastify. */

const id = { type: 'string', pattern: '^[a-z0-9][a-z0-9-]{0,62}$' } as const;
const name = { type: 'string', minLength: 1, maxLength: 200 } as const;

const quota = {
  type: 'object',
  additionalProperties: false,
  required: ['requestsPerMonth', 'requestsPerSecond'],
  properties: {
    requestsPerMonth: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
    requestsPerSecond: { type: 'number', minimum: 0, maximum: 1e9 },
  },
} as const;

const quotaOrNull = { anyOf: [quota, { type: 'null' }] } as const;

function object(properties: Readonly<Record<string, unknown>>, required: readonly string[] = []) {
  return { type: 'object', additionalProperties: false, required, properties };
}

export const idParams = object({ id }, ['id']);

export const planBody = object({ name, quota }, ['name', 'quota']);

export const customerBody = object({ id, name, plan: id, quota: quotaOrNull }, ['id', 'name', 'plan']);

export const customerUpdateBody = object({
  name,
  plan: id,
  quota: quotaOrNull,
  blocked: { type: 'boolean' },
});

export const keyBody = object({ label: { type: 'string', maxLength: 200, default: '' } });

export const pageQuery = object({
  after: { type: 'string', maxLength: 63, default: '' },
  limit: { type: 'integer', minimum: 1, maximum: 200, default: 50 },
});

export const auditQuery = object({
  after: { type: 'integer', minimum: 0, default: 0 },
  limit: { type: 'integer', minimum: 1, maximum: 200, default: 50 },
  customer: id,
});
