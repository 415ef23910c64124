import { baseValue, shown } from './facts.ts';
import type { PlanFacts } from './findings.ts';
import type { Finding, TierPlan } from './types.ts';

/** What cannot be built as planned, however many machines there are. Severity error: `--check` fails. */
export function limitFindings(facts: PlanFacts): readonly Finding[] {
  return [
    ...facts.tiers.flatMap((tier) => impossible(tier)),
    ...saturated(facts),
    ...tooLarge(facts),
    ...aggregators(facts),
  ];
}

/** A required constraint whose count is 0 is one that no count meets; latency has findings of its own. */
function impossible({ id, title, constraints }: TierPlan): readonly Finding[] {
  return constraints
    .filter(({ required, count, kind }) => required && count === 0 && kind !== 'latency')
    .map(({ kind, quantity }) => ({
      code: 'constraint-impossible',
      severity: 'error' as const,
      tier: id,
      quantity,
      message: `${title}: no count meets ${kind}`,
      advice:
        kind === 'zone loss'
          ? 'give each region more zones (a majority needs three), or take zone out of policy.survive'
          : `headroom explain ${quantity} shows why`,
    }));
}

function saturated(facts: PlanFacts): readonly Finding[] {
  if (baseValue(facts, 'worker.busyCores') < baseValue(facts, 'worker.cores')) return [];
  return [
    {
      code: 'saturated',
      severity: 'error',
      tier: 'worker',
      quantity: 'worker.cores',
      message: `the peak keeps ${shown(facts, 'worker.busyCores')} busy, the fleet has ${shown(facts, 'worker.cores')}: the queue grows without bound`,
      advice: `the constraints ask for ${shown(facts, 'worker.machines.headroom')}; remove what sets worker.machines.count lower`,
    },
  ];
}

/** Things that one machine must hold whole: more machines do not help. */
const holdings = [
  [
    'api',
    'api.memory.perServer',
    'api.machine.memory',
    'an API server',
    'bodies in flight and identity cache',
  ],
  ['worker', 'worker.memory.perMachine', 'worker.machine.memory', 'a worker machine', 'one process per core'],
  [
    'identityData',
    'identityData.memory',
    'identityData.machine.memory',
    'a data plane replica',
    'every user',
  ],
  [
    'identityManagement',
    'identityManagement.disk',
    'identityManagement.machine.disk',
    'a node of the management plane',
    'all customers and the audit log',
  ],
] as const;

function tooLarge(facts: PlanFacts): readonly Finding[] {
  return holdings
    .filter(([, need, room]) => baseValue(facts, need) > baseValue(facts, room))
    .map(([tier, need, room, holder, what]) => ({
      code: 'machine-too-small',
      severity: 'error' as const,
      tier,
      quantity: need,
      message: `${holder} holds ${what}: ${shown(facts, need)}, and its machine has ${shown(facts, room)}`,
      advice: 'choose a larger machine shape for the tier, or shard it by customer',
    }));
}

function aggregators(facts: PlanFacts): readonly Finding[] {
  const [needed, servers] = ['usageAggregator.instances.count', 'api.servers.count'] as const;
  if (baseValue(facts, needed) <= baseValue(facts, servers)) return [];
  return [
    {
      code: 'aggregators-exceed-servers',
      severity: 'error',
      tier: 'usageAggregator',
      quantity: needed,
      message: `${shown(facts, needed)} need an aggregator, and there are only ${shown(facts, servers)} for API servers to put them beside`,
      advice: 'give API servers larger disks, shorten usageAggregator.buffer.duration, or add API servers',
    },
  ];
}
