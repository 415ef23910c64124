import { exploreChain, rateOf, visitsOf } from './markov.ts';
import { meanTimeTo } from './markov-absorption.ts';
import { steadyState } from './markov-steady.ts';
import { requireCount, requirePositive, requireProbability } from './ranges.ts';

/** One active unit with standbys behind it. All times are means in one unit, hours as a rule. */
export interface FailoverGroup {
  /** Standbys behind the active unit. */
  readonly standbys: number;
  readonly meanTimeToFailure: number;
  readonly meanTimeToRepair: number;
  /** Crews that repair broken units; absent means one for each. */
  readonly crews?: number;
  /** Failure rate of a standby relative to the active unit; default 1, a hot standby. */
  readonly dormancy?: number;
  /** From the failure until it is known: probes, missed heartbeats. */
  readonly detectionTime: number;
  /** From knowing until a standby serves: election, promotion, routes. */
  readonly switchTime: number;
  /** Chance that a failover does not work, 1 − coverage. */
  readonly failedFailovers: number;
  /** From a failed failover until people have brought the service back. */
  readonly manualTime: number;
}

/** What the group is doing. `undetected`, `switching`, `stranded` and `exhausted` are outages. */
export const failoverPhases = ['serving', 'undetected', 'switching', 'stranded', 'exhausted'] as const;
export type FailoverPhase = (typeof failoverPhases)[number];

export interface FailoverBehaviour {
  readonly unavailability: number;
  /** Outages per unit of time, those that a failover ends included. */
  readonly frequency: number;
  readonly meanOutage: number;
  /** Mean time until service is lost in a way that no failover mends: a failed failover, or no unit left. */
  readonly meanTimeToLongOutage: number;
  /** Share of time in each phase: which cause owns the minutes. */
  readonly phases: Readonly<Record<FailoverPhase, number>>;
}

interface State {
  readonly phase: FailoverPhase;
  /** Working standbys. */
  readonly ready: number;
}

/**
 * Steady state of an active unit with standbys whose failovers take time and sometimes fail.
 *
 * A Markov chain over (phase, working standbys): the active unit fails → undetected → switching → serving again on
 * a standby, or stranded with the chance `failedFailovers`, or exhausted where no standby is left. Broken units are
 * repaired by the crews in every phase. Solved by elimination (Bouricius, Carter and Schneider 1969 introduced
 * coverage; Arnold, IEEE ToC C-22, 1973 its effect on repairable systems). A time of 0 skips its phase.
 * One failover in a hundred that fails costs a pair most of what the second unit bought.
 * @throws RangeError naming a time, count or chance that is impossible.
 */
export function failoverGroup(group: FailoverGroup): FailoverBehaviour {
  requireFailover(group);
  const start: State = { phase: 'serving', ready: group.standbys };
  const { chain, states } = exploreChain(
    start,
    ({ phase, ready }) => `${phase} ${ready}`,
    (state) => movesOf(group, state),
  );
  const { probability } = steadyState(chain);
  const phases = { serving: 0, undetected: 0, switching: 0, stranded: 0, exhausted: 0 };
  states.forEach(({ phase }, i) => {
    phases[phase] += probability[i] as number;
  });
  const isDown = (i: number): boolean => states[i]?.phase !== 'serving';
  const { probability: unavailability, frequency, meanDuration } = visitsOf(chain, probability, isDown);
  const isLong = (i: number): boolean => states[i]?.phase === 'stranded' || states[i]?.phase === 'exhausted';
  return {
    unavailability,
    frequency,
    meanOutage: meanDuration,
    meanTimeToLongOutage: meanTimeTo(chain, isLong),
    phases,
  };
}

function* movesOf(group: FailoverGroup, { phase, ready }: State): Generator<{ to: State; rate: number }> {
  const failure = 1 / group.meanTimeToFailure;
  // The active unit is repaired only once its failure is known.
  const broken = group.standbys - ready + (phase === 'serving' || phase === 'undetected' ? 0 : 1);
  const repairs = Math.min(broken, group.crews ?? broken) / group.meanTimeToRepair;
  if (phase === 'serving') {
    yield* afterFailure(group, ready, failure);
  }
  if (ready > 0) yield { to: { phase, ready: ready - 1 }, rate: ready * (group.dormancy ?? 1) * failure };
  if (phase === 'exhausted') {
    // The first unit that is repaired takes over.
    yield { to: { phase: 'serving', ready: 0 }, rate: repairs };
    return;
  }
  if (broken > 0) yield { to: { phase, ready: ready + 1 }, rate: repairs };
  if (phase === 'undetected')
    yield* afterDetection(group, ready, rateOf('detection time', group.detectionTime));
  if (phase === 'switching') yield* afterSwitch(group, ready, rateOf('switch time', group.switchTime));
  if (phase === 'stranded') yield* handOver(ready, rateOf('manual time', group.manualTime));
}

function* afterFailure(group: FailoverGroup, ready: number, rate: number) {
  if (group.detectionTime > 0) yield { to: { phase: 'undetected', ready } as State, rate };
  else yield* afterDetection(group, ready, rate);
}

function* afterDetection(group: FailoverGroup, ready: number, rate: number) {
  if (ready === 0) yield { to: { phase: 'exhausted', ready } as State, rate };
  else if (group.switchTime > 0) yield { to: { phase: 'switching', ready } as State, rate };
  else yield* afterSwitch(group, ready, rate);
}

function* afterSwitch(group: FailoverGroup, ready: number, rate: number) {
  if (group.failedFailovers > 0) {
    yield { to: { phase: 'stranded', ready } as State, rate: rate * group.failedFailovers };
  }
  yield* handOver(ready, rate * (1 - group.failedFailovers));
}

function* handOver(ready: number, rate: number) {
  const to: State = ready > 0 ? { phase: 'serving', ready: ready - 1 } : { phase: 'exhausted', ready };
  yield { to, rate };
}

function requireFailover(group: FailoverGroup): void {
  requireCount('number of standbys', group.standbys);
  requirePositive('mean time to failure', group.meanTimeToFailure);
  requirePositive('mean time to repair', group.meanTimeToRepair);
  requireCount('number of repair crews', group.crews ?? 1, 1);
  requireProbability('dormancy', group.dormancy ?? 1);
  requirePositive('detection time', group.detectionTime, 'zero allowed');
  requirePositive('switch time', group.switchTime, 'zero allowed');
  requireProbability('chance of a failed failover', group.failedFailovers);
  requirePositive('manual time', group.manualTime);
}
