import { baseValue, shown } from './facts.ts';
import type { PlanFacts } from './findings.ts';
import type { Finding } from './types.ts';

/** Consequences of the policy that a person should know before something breaks. */
export function policyFindings(facts: PlanFacts): readonly Finding[] {
  return [
    ...zoneLoss(facts),
    ...election(facts),
    ...references(facts),
    ...randomChoice(facts),
    ...primaries(facts),
    ...growth(facts),
    ...uncertain(facts),
  ];
}

function zoneLoss(facts: PlanFacts): readonly Finding[] {
  if (baseValue(facts, 'worker.yieldAfterZoneLoss') >= 1 || baseValue(facts, 'worker.machines.zone') === 0)
    return [];
  const action = facts.spec.policy.onZoneLoss.value;
  const consequence = {
    shed: 'is refused',
    queue: 'waits in the queue',
    degrade: 'is answered at lower quality',
  }[action];
  return [
    {
      code: 'zone-loss',
      severity: 'warning',
      tier: 'worker',
      quantity: 'worker.yieldAfterZoneLoss',
      message: `with a zone lost at the peak the workers carry ${shown(facts, 'worker.yieldAfterZoneLoss')} of it; the rest ${consequence} (onZoneLoss: ${action})`,
      advice: `${shown(facts, 'worker.machines.zone')} would carry the peak: add zone to policy.survive if the loss is not acceptable`,
    },
  ];
}

function election(facts: PlanFacts): readonly Finding[] {
  const outlived = baseValue(facts, 'queue.deadline') > baseValue(facts, 'queue.election.pause');
  return [
    {
      code: 'queue-election',
      severity: outlived ? 'advice' : 'warning',
      tier: 'queue',
      quantity: 'queue.election.caught',
      message: `an election of the queue catches up to ${shown(facts, 'queue.election.caught')}, ${outlived ? 'which are answered, late' : 'which fail, since the deadline is shorter than the pause'}; with those that queue behind them ${shown(facts, 'queue.election.late')} miss the latency objective`,
      advice: `the API servers hold ${shown(facts, 'api.memory.bodies')} meanwhile, and the backlog is gone ${shown(facts, 'queue.drainTime')} after the pause`,
    },
  ];
}

/** What the queue carries is a decision of the design: its price is shown, so that nobody has to work it out again. */
function references(facts: PlanFacts): readonly Finding[] {
  if (baseValue(facts, 'queue.nodes.bodies') <= baseValue(facts, 'queue.nodes.count')) return [];
  return [
    {
      code: 'queue-references',
      severity: 'advice',
      tier: 'queue',
      quantity: 'queue.bytes.bodies',
      message: `bodies through the log would be ${shown(facts, 'queue.bytes.bodies')} in: ${shown(facts, 'queue.bodies.logs')} replicated logs on ${shown(facts, 'queue.nodes.bodies')}; references are ${shown(facts, 'queue.bytes.references')}, ${shown(facts, 'queue.references.logs')} of one log`,
      advice: 'the queue carries references, and the bytes stay on the API server where they arrived',
    },
  ];
}

function randomChoice(facts: PlanFacts): readonly Finding[] {
  const more = baseValue(facts, 'worker.machines.random') - baseValue(facts, 'worker.machines.latency');
  if (!(more > 0)) return [];
  return [
    {
      code: 'central-queue',
      severity: 'advice',
      tier: 'worker',
      quantity: 'worker.machines.random',
      message: `the latency objective needs ${shown(facts, 'worker.machines.latency')} behind one queue, ${shown(facts, 'worker.machines.random')} if requests choose one at random`,
      advice: 'that difference is what the queue tier buys; keep workers pulling from one queue',
    },
  ];
}

function primaries(facts: PlanFacts): readonly Finding[] {
  if (baseValue(facts, 'identityManagement.nodes.throughput') <= 1) return [];
  return [
    {
      code: 'one-primary',
      severity: 'error',
      tier: 'identityManagement',
      quantity: 'identityManagement.nodes.throughput',
      message: `changes fill ${shown(facts, 'identityManagement.nodes.throughput')}, and there is only one primary`,
      advice:
        'shard the management plane by customer, or lower identityManagement.changesPerUser if it is too high',
    },
  ];
}

function growth(facts: PlanFacts): readonly Finding[] {
  if (baseValue(facts, 'workload.growth') === 0) return [];
  return [
    {
      code: 'growth',
      severity: 'advice',
      tier: 'worker',
      quantity: 'worker.exhaustion',
      message: `growing by ${shown(facts, 'workload.growth')} a year, the peak fills every worker core in ${shown(facts, 'worker.exhaustion')}; only cold storage is sized for the growth`,
      advice: 'plan the date that you buy for: --set workload.peak="..." with the rate expected then',
    },
  ];
}

function uncertain(facts: PlanFacts): readonly Finding[] {
  const names = [...facts.quantities.values()].filter((quantity) => quantity.uncertain !== undefined);
  if (names.length === 0) return [];
  return [
    {
      code: 'uncertain-inputs',
      severity: 'advice',
      message: `planned at the middle of ${names.map(({ name }) => name).join(', ')}`,
      advice: 'plan the ends too: --set NAME=VALUE with the low and the high value',
    },
  ];
}
