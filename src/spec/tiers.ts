import { nearest } from '../problems/nearest.ts';
import { guarantees } from './guarantees.ts';
import { object, optional } from './object.ts';
import { overloadPolicies } from './policy.ts';
import { choice, type Found, type JsonSchema, type Reader, text } from './reader.ts';
import { data, failover, observed } from './tier-operation.ts';
import type { TierAnswers, TierSpec } from './types.ts';
import { fullName, overridesOf, overridesSchema, quantitiesOf, quantitiesSchema } from './user-quantity.ts';
import { withOrigin } from './value.ts';

/** The tiers that headroom knows how to size, in the order in which a request meets them. */
export const tierIds = [
  'loadBalancer',
  'api',
  'queue',
  'worker',
  'identityManagement',
  'identityData',
  'identityCache',
  'usageAggregator',
  'usageStore',
  'batch',
  'billing',
  'coldStorage',
] as const;

/** What a tier can give up first. */
export const degradations = ['reduce-yield', 'reduce-harvest'] as const;

export const scopes = ['global', 'regional'] as const;
export const tenancies = ['single-tenant', 'multi-tenant'] as const;

const identity = object({
  authentication: optional('How a caller proves who it is.', text('API key over TLS')),
  authorization: optional('How it is decided what a caller may do.', text('scope of the key')),
  audit: optional('What is recorded of who did what, and for how long.', text('one record a request')),
});

/** Read later, with the tier's id at hand. */
const deferred = (schema: () => JsonSchema): Reader<Found> => ({
  get schema() {
    return schema();
  },
  read: (at) => at,
});

const tier = object({
  title: optional('Name for people, of a tier of your own.', text('Thumbnail cache')),
  machine: optional(
    'Machine shape of the tier; the first shape where it is left out.',
    withOrigin(text('general')),
  ),
  onOverload: optional(
    'What the tier does with demand it cannot serve.',
    withOrigin(choice(overloadPolicies)),
  ),
  degradation: optional(
    'What the tier keeps when it cannot keep all: full answers to fewer requests, or answers from less data to all.',
    withOrigin(choice(degradations)),
  ),
  scope: optional('Is the service global or regional?', choice(scopes)),
  tenancy: optional('Is it single-tenant or multi-tenant?', choice(tenancies)),
  guarantees: optional(
    'What are the guarantees for availability, latency, throughput, consistency and durability?',
    guarantees,
  ),
  identity: optional('How are identity, authentication, authorization and audit considered?', identity),
  billing: optional('How is billing for quota limits performed?', text('one unit per request')),
  updates: optional('How will updates to the system be deployed?', text('rolling, one zone at a time')),
  failover: optional('What happens when the node that leads the tier is lost.', failover),
  data: optional('How the state of the tier is copied and brought back.', data),
  observed: optional('What operation has shown of the tier as a whole.', observed),
  overrides: optional(
    'Quantities of the tier that are replaced: name to a quantity or a formula.',
    deferred(overridesSchema),
  ),
  quantities: optional(
    'Quantities that the tier adds: name to {unit, meaning, value or formula}.',
    deferred(quantitiesSchema),
  ),
  count: optional('Which quantity is the count, of a tier of your own.', withOrigin(text('machines.count'))),
});

const ownKeys = ['title', 'quantities', 'count'] as const;

/** What a tier of the user's own must have, beside the form of any tier. */
const needsOwnKeys: JsonSchema = {
  type: 'object',
  required: ownKeys,
  properties: Object.fromEntries(
    ownKeys.map((key) => [key, { description: 'A tier of your own needs it.' }]),
  ),
};

/** The key `tiers`: each known tier with its answers and overrides, and tiers that the user adds. */
export const tiers: Reader<readonly TierSpec[]> = {
  schema: {
    type: 'object',
    properties: Object.fromEntries(
      tierIds.map((id) => [id, { anyOf: [{ $ref: '#/$defs/tier' }, { type: 'null' }] }]),
    ),
    additionalProperties: { allOf: [{ $ref: '#/$defs/tier' }, needsOwnKeys] },
  },
  read: (at) => {
    if (at.entries === undefined)
      return at.wrongType('a map of tiers', 'write for instance `worker: {scope: regional}`');
    return [...at.entries].map(([id, entry]) => readTier(at, id, entry)).filter((each) => each !== undefined);
  },
};

/** JSON Schema of one tier, known or the user's own. */
export function tierSchema(): JsonSchema {
  return tier.schema;
}

function readTier(at: Found, id: string, entry: Found): TierSpec | undefined {
  const node = at.keyNode(id);
  if (node === undefined) return undefined;
  if (!isKnown(id) && !isOwn(at, id, entry)) return undefined;
  const base = { id, place: at.source.placeOf(node) };
  if (entry.isNothing) return { ...base, answers: {}, overrides: [], quantities: [] };
  const read = tier.read(entry);
  if (read === undefined) return undefined;
  const quantities = read.quantities === undefined ? [] : quantitiesOf(read.quantities, id);
  const { title, machine, onOverload, degradation, failover, data, observed } = read;
  const count = read.count && { ...read.count, value: fullName(id, read.count.value) };
  if (count !== undefined && !isKnown(id)) checkCount(entry, count.value, read.quantities, id);
  return {
    ...base,
    ...(title === undefined ? {} : { title }),
    ...(machine === undefined ? {} : { machine }),
    ...(onOverload === undefined ? {} : { onOverload }),
    ...(degradation === undefined ? {} : { degradation }),
    ...(failover === undefined ? {} : { failover }),
    ...(data === undefined ? {} : { data }),
    ...(observed === undefined ? {} : { observed }),
    answers: answersOf(read),
    overrides: read.overrides === undefined ? [] : overridesOf(read.overrides, id),
    quantities,
    ...(count === undefined ? {} : { count }),
  };
}

function answersOf(read: TierAnswers): TierAnswers {
  const { scope, tenancy, guarantees: third, identity: fourth, billing, updates } = read;
  return {
    ...(scope === undefined ? {} : { scope }),
    ...(tenancy === undefined ? {} : { tenancy }),
    ...(third === undefined ? {} : { guarantees: third }),
    ...(fourth === undefined ? {} : { identity: fourth }),
    ...(billing === undefined ? {} : { billing }),
    ...(updates === undefined ? {} : { updates }),
  };
}

function isKnown(id: string): boolean {
  return (tierIds as readonly string[]).includes(id);
}

/** Whether an unknown id is a tier of the user's own; reports a misspelt id, or what such a tier still needs. */
function isOwn(at: Found, id: string, entry: Found): boolean {
  const missing = ownKeys.filter((key) => entry.at(key) === undefined);
  if (missing.length === 0 && /^[A-Za-z][A-Za-z0-9]*$/.test(id)) return true;
  const node = at.keyNode(id);
  if (node === undefined) return false;
  const near = nearest(id, tierIds);
  const own = 'a tier of your own needs title, quantities and count';
  if (missing.length === 0) {
    at.source.report(
      node,
      'wrong-type',
      `\`${id}\` cannot name a tier`,
      'use letters and digits, for instance `thumbnailCache`',
    );
  } else if (missing.length === ownKeys.length) {
    const advice =
      near === undefined ? `known are ${tierIds.join(', ')}; ${own}` : `did you mean \`${near}\`? (${own})`;
    at.source.report(node, 'unknown-key', `unknown tier \`${id}\``, advice);
  } else {
    at.source.report(node, 'missing-key', `tier \`${id}\` has no ${missing.join(' and no ')}`, own);
  }
  return false;
}

function checkCount(entry: Found, count: string, quantities: Found | undefined, id: string): void {
  const names = [...(quantities?.entries?.keys() ?? [])].map((name) => fullName(id, name));
  if (names.includes(count)) return;
  const near = nearest(count, names);
  entry
    .at('count')
    ?.report(
      'bad-formula',
      `the count \`${count}\` is not among the quantities of tier \`${id}\``,
      near === undefined ? `expected one of ${names.join(', ')}` : `did you mean \`${near}\`?`,
    );
}
