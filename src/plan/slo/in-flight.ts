import type { TierFacts } from '../availability/tier-facts.ts';
import type { Model } from './mode.ts';
import { perhaps, planned } from './planned.ts';

/**
 * For how long the requests that would reach a lost machine are lost, in seconds of its share of the traffic: those in
 * flight on it, and, where nobody in front tries another machine, those until it is out of the traffic.
 *
 * A request in flight takes at most the latency objective. Workers hand nothing over: an unacknowledged job is delivered
 * again, and is lost only where it expires before. Quorums lose nothing but their leader, which is a line of its own.
 */
export function lostInFlight({ plan, mitigation }: Model, { id, rule, host }: TierFacts): number {
  if (rule !== 'load' || host !== undefined) return 0;
  const inFlight = planned(plan, 'objectives.latency.below');
  if (id === 'loadBalancer') return mitigation.healthCheck + inFlight;
  if (id !== 'worker') return inFlight;
  const again = perhaps(plan, 'queue.ackWait');
  const deadline = perhaps(plan, 'queue.deadline');
  const takes = perhaps(plan, 'worker.serviceTime.largest') ?? inFlight;
  return again !== undefined && deadline !== undefined && again + takes <= deadline ? 0 : inFlight;
}
