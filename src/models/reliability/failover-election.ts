import { requireCount, requirePositive, requireProbability } from './ranges.ts';

/**
 * Mean time until the first of several followers calls an election, each after a time drawn evenly from an interval.
 *
 * E[min of n draws from U(low, high)] = low + (high − low) / (n + 1); its median is low + (high − low)(1 − 2^(−1/n)).
 * Counted from the last heartbeat (Ongaro and Ousterhout, Raft, USENIX ATC 2014, §5.2). Votes add a round trip.
 * @throws RangeError for times that are negative or not in order, or no follower.
 */
export function electionStart(
  low: number,
  high: number,
  followers: number,
): { mean: number; median: number } {
  requirePositive('shortest election timeout', low, 'zero allowed');
  requirePositive('longest election timeout', high, 'zero allowed');
  requireCount('number of followers', followers, 1);
  if (high < low) throw new RangeError(`longest election timeout must be at least ${low}, not ${high}`);
  return {
    mean: low + (high - low) / (followers + 1),
    median: low - (high - low) * Math.expm1(-Math.LN2 / followers),
  };
}

/** How the loss of a primary is mended. Times in one unit; means. */
export type FailoverPolicy =
  /** Software promotes a standby; where that fails, people do it. */
  | {
      readonly kind: 'automatic';
      readonly detect: number;
      readonly promote: number;
      readonly failureChance: number;
      readonly manual: number;
    }
  /** Somebody is paged, arrives, decides and acts. */
  | {
      readonly kind: 'manual';
      readonly detect: number;
      readonly respond: number;
      readonly decide: number;
      readonly promote: number;
    };

export interface FailoverCost {
  /** Mean time without a primary, per loss. */
  readonly outage: number;
  readonly unavailability: number;
  /** Share of the outage that each step takes, in order. */
  readonly steps: readonly { readonly name: string; readonly time: number }[];
  /** Losses of the primary per unit of time that the objective allows; absent without an objective. */
  readonly lossesAllowed?: number;
}

/**
 * Unavailability that losses of a primary cause: w t / (1 + w t), w losses per unit of time in service, t the outage.
 *
 * Manual: t = detect + respond + decide + promote. Automatic: t = detect + promote + failureChance · manual.
 * With `objective`, an unavailability, the losses that it allows: objective / (t (1 − objective)). A consistent tier
 * with one hour of manual failover meets 99.9 % only below 8.8 losses a year, planned ones counted.
 * @throws RangeError for a negative time, a rate below 0, or a probability outside [0, 1].
 */
export function failoverCost(policy: FailoverPolicy, lossRate: number, objective?: number): FailoverCost {
  requirePositive('losses of the primary', lossRate, 'zero allowed');
  const steps = stepsOf(policy);
  for (const { name, time } of steps) requirePositive(`time to ${name}`, time, 'zero allowed');
  const outage = steps.reduce((total, { time }) => total + time, 0);
  const unavailability = (lossRate * outage) / (1 + lossRate * outage);
  if (objective === undefined) return { outage, unavailability, steps };
  requireProbability('objective unavailability', objective);
  return { outage, unavailability, steps, lossesAllowed: objective / (outage * (1 - objective)) };
}

function stepsOf(policy: FailoverPolicy): { name: string; time: number }[] {
  if (policy.kind === 'manual') {
    const { detect, respond, decide, promote } = policy;
    return Object.entries({ detect, respond, decide, promote }).map(([name, time]) => ({ name, time }));
  }
  requireProbability('chance of a failed failover', policy.failureChance);
  return [
    { name: 'detect', time: policy.detect },
    { name: 'promote', time: policy.promote },
    { name: 'mend failed failovers', time: policy.failureChance * policy.manual },
  ];
}
