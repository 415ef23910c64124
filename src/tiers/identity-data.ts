import { identityDataDeployment } from './identity-deployment.ts';
import { assumed, countOf, formula, type TierConstraint, type TierModel } from './tier.ts';

const constraints: readonly TierConstraint[] = [
  {
    kind: 'machine loss',
    quantity: 'identityData.nodes.machineLoss',
    when: 'policy.survive.machine',
    meaning: 'one replica may be lost while every edge cache is cold',
  },
  {
    kind: 'throughput',
    quantity: 'identityData.nodes.throughput',
    meaning: 'answers every request of the peak if all edge caches are cold at once, with headroom',
  },
  {
    kind: 'memory',
    quantity: 'identityData.nodes.memory',
    meaning: 'each replica holds every user, so that it lives without the management plane',
  },
  {
    kind: 'zone loss',
    quantity: 'identityData.nodes.zone',
    when: 'policy.survive.zone',
    meaning: 'the zones that are left carry the cold peak',
  },
];

/** Read-only replicas of identity: asked when an edge cache misses, alive without the management plane. */
export const identityData: TierModel = {
  id: 'identityData',
  title: 'identity: data plane',
  counted: 'node',
  names: {
    count: 'identityData.nodes.count',
    demand: 'identityData.lookups.cold',
    capacity: 'identityData.node.throughput',
    spare: 'identityData.nodes.spare',
  },
  constraints,
  highlights: ['identityData.lookups.warm', 'identityData.memory'],
  declarations: [
    ...identityDataDeployment,
    formula(
      'identityData.lookups.warm',
      'req/s',
      'misses of all edge caches at the peak, in the steady state',
      'workload.demand * (1 - identityCache.hitRatio)',
    ),
    formula(
      'identityData.lookups.cold',
      'req/s',
      'lookups when every edge cache is empty at the peak: the size must carry that',
      'workload.demand',
    ),
    assumed(
      'identityData.node.throughput',
      '50k req/s/machine',
      'lookups that one replica answers',
      'Redis on one core, without pipelining, half of what its own benchmark prints',
    ),
    formula(
      'identityData.load',
      'machine',
      'replicas that the cold peak would fill',
      'identityData.lookups.cold / identityData.node.throughput',
    ),
    formula(
      'identityData.nodes.throughput',
      'machine',
      'replicas for the cold peak, with headroom',
      'ceil(identityData.load / (1 - policy.headroom))',
    ),
    formula(
      'identityData.nodes.machineLoss',
      'machine',
      'replicas of which one may be lost at the cold peak',
      'ceil(identityData.load) + 1 machine',
    ),
    formula(
      'identityData.nodes.zone',
      'machine',
      'replicas, spread evenly, of which any one zone may be lost at the cold peak',
      'zoneStable(identityData.load, domains.zones, 1)',
    ),
    assumed(
      'identityData.bytesPerUser',
      '1 kB/user',
      'memory per user in a replica: key hash, plan, quota, overhead',
      'about 300 B of fields and as much of hash table, rounded up',
    ),
    formula(
      'identityData.memory',
      'MB',
      'memory of one replica: it holds every user',
      'workload.users * identityData.bytesPerUser',
    ),
    formula(
      'identityData.nodes.memory',
      'machine',
      'machines whose memory holds all users once, with headroom',
      'ceil(identityData.memory / identityData.machine.memory / (1 - policy.headroom))',
    ),
    countOf('identityData.nodes.count', 'machine', 'data plane replicas per region', constraints),
    formula(
      'identityData.nodes.spare',
      'machine',
      'replicas beyond what the cold peak fills',
      'identityData.nodes.count - identityData.load',
    ),
    assumed(
      'identityData.timeout',
      '50 ms',
      'time that an API server waits for a lookup before it serves a stale entry',
      'fifty times the usual answer, a tenth of the latency objective',
    ),
  ],
};
