import { baseValue, shown } from './facts.ts';
import type { PlanFacts } from './findings.ts';
import type { Finding } from './types.ts';

/** Objectives that the plan misses, and deadlines that contradict each other. Severity error: `--check` fails. */
export function objectiveFindings(facts: PlanFacts): readonly Finding[] {
  return [...latency(facts), ...deadlines(facts), ...tierBelowSystem(facts)];
}

function latency(facts: PlanFacts): readonly Finding[] {
  const budget = baseValue(facts, 'worker.latency.budget');
  if (baseValue(facts, 'worker.response.floor') > budget) {
    return [
      {
        code: 'latency-unreachable',
        severity: 'error',
        tier: 'worker',
        quantity: 'worker.response.floor',
        message: `the resize alone takes ${shown(facts, 'worker.response.floor')} at the objective's percentile, its budget is ${shown(facts, 'worker.latency.budget')}: no number of machines meets it`,
        advice:
          'loosen objectives.latency.below, lower objectives.latency.payloadBelow, or resize to a cheaper format or width',
      },
    ];
  }
  const response = baseValue(facts, 'worker.response.central');
  if (response <= budget) return [];
  return [
    {
      code: 'latency-missed',
      severity: 'error',
      tier: 'worker',
      quantity: 'worker.response.central',
      message: `${shown(facts, 'worker.response.central')} at the objective's percentile exceeds the budget of ${shown(facts, 'worker.latency.budget')}`,
      advice: `the objective needs ${shown(facts, 'worker.machines.latency')}; remove what sets worker.machines.count lower`,
    },
  ];
}

const hops = [
  'client.deadline',
  'loadBalancer.deadline',
  'api.deadline',
  'queue.deadline',
  'worker.deadline',
];

function deadlines(facts: PlanFacts): readonly Finding[] {
  return hops.slice(1).flatMap((inner, index) => {
    const outer = hops[index] ?? inner;
    if (baseValue(facts, outer) > baseValue(facts, inner)) return [];
    return [
      {
        code: 'deadlines-do-not-nest',
        severity: 'error' as const,
        quantity: outer,
        message: `${outer} (${shown(facts, outer)}) is not longer than ${inner} (${shown(facts, inner)})`,
        advice:
          'an outer hop that gives up first leaves work running that nobody waits for; lengthen the outer one',
      },
    ];
  });
}

/** A part of the request's path that promises less than the whole cannot be right. */
function tierBelowSystem(facts: PlanFacts): readonly Finding[] {
  const system = baseValue(facts, 'objectives.availability.target');
  const path = ['loadBalancer', 'api', 'queue', 'worker'];
  return path.flatMap((id) => {
    const promised = facts.values.get(`${id}.objective`);
    if (promised === undefined || promised >= system) return [];
    return [
      {
        code: 'tier-below-system',
        severity: 'warning' as const,
        tier: id,
        quantity: `${id}.objective`,
        message: `${id} promises ${shown(facts, `${id}.objective`)}, the whole service ${shown(facts, 'objectives.availability.target')}: every request needs this tier`,
        advice:
          'a chain is at most as available as its weakest link; raise the promise of the tier or lower that of the service',
      },
    ];
  });
}
