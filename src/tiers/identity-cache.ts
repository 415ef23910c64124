import { assumed, countOf, formula, type TierConstraint, type TierModel } from './tier.ts';

const constraints: readonly TierConstraint[] = [
  {
    kind: 'co-located',
    quantity: 'identityCache.instances.perServer',
    meaning: 'one inside every API server',
  },
];

/** Identity at the edge: a bounded cache with a time to live in every API server. Availability over consistency. */
export const identityCache: TierModel = {
  id: 'identityCache',
  title: 'identity: edge cache',
  counted: 'instance',
  names: {
    count: 'identityCache.instances.count',
    demand: 'identityCache.requests',
    capacity: 'identityCache.entries.limit',
    spare: 'identityCache.instances.spare',
  },
  constraints,
  highlights: [
    'identityCache.hitRatio',
    'identityCache.memory',
    'identityCache.staleness.newKey',
    'identityCache.staleness.revokedKey',
    'identityCache.maxStale',
  ],
  declarations: [
    assumed(
      'identityCache.ttl',
      '60 s',
      'time for which an entry is used without asking again',
      'a revoked key is refused about a minute later, and the data plane sees a fraction of the requests',
    ),
    assumed(
      'identityCache.negativeTtl',
      '5 s',
      'time for which an unknown key is remembered as unknown',
      'bounds how long a new user waits: "a few seconds before his credentials work"',
      'the essay, note 7',
    ),
    assumed(
      'identityCache.maxStale',
      '1 h',
      'age up to which an entry is used while the data plane does not answer',
      'longer than a failover and a restart of the data plane, short enough that a revoked key stops',
    ),
    assumed(
      'identityCache.zipfExponent',
      '0.9',
      'skew of key popularity (Zipf)',
      'web request popularity is between 0.64 and 0.83, API customers are more skewed',
      'Breslau et al., Web Caching and Zipf-like Distributions, INFOCOM 1999',
    ),
    formula(
      'identityCache.requests',
      'req/s/machine',
      'requests per API server at the peak',
      'workload.demand / api.servers.count',
    ),
    formula(
      'identityCache.hitRatio',
      '%',
      'share of requests that the cache answers at the peak',
      'ttlHitRatio(identityCache.requests * 1 machine, workload.users, identityCache.zipfExponent, identityCache.ttl)',
      'renewal argument for a cache whose timer starts at a miss: h = lambda T / (1 + lambda T)',
    ),
    formula(
      'identityCache.entries',
      'user',
      'entries that one cache holds at the peak',
      'ttlEntries(identityCache.requests * 1 machine, workload.users, identityCache.zipfExponent, identityCache.ttl)',
    ),
    formula(
      'identityCache.entries.limit',
      'user',
      'entries after which the least recently used is dropped: what one server alone would hold within maxStale',
      'min(workload.users, ceil(ttlEntries(workload.demand, workload.users, identityCache.zipfExponent, identityCache.maxStale)))',
    ),
    assumed(
      'identityCache.bytesPerUser',
      '1 kB/user',
      'memory of one entry in a JavaScript map',
      'key hash, plan, quota, timestamps and the overhead of two objects',
    ),
    formula(
      'identityCache.memory',
      'MB/machine',
      'memory of a full cache in one API server',
      'identityCache.entries.limit * identityCache.bytesPerUser / 1 machine',
    ),
    formula(
      'identityCache.staleness.newKey',
      's',
      'longest time until a new key works',
      'identityCache.negativeTtl + identityManagement.replicationLag',
    ),
    formula(
      'identityCache.staleness.revokedKey',
      's',
      'longest time until a revoked key is refused while the data plane answers',
      'identityCache.ttl + identityManagement.replicationLag',
    ),
    formula(
      'identityCache.instances.perServer',
      'machine',
      'API servers, each with a cache of its own',
      'api.servers.count',
    ),
    countOf('identityCache.instances.count', 'machine', 'edge caches per region', constraints),
    formula(
      'identityCache.instances.spare',
      'machine',
      'caches beyond what the load of the API tier fills',
      'identityCache.instances.count - api.load',
    ),
  ],
};
