import { exploreChain, visitsOf } from './markov.ts';
import { meanTimeTo } from './markov-absorption.ts';
import { steadyState } from './markov-steady.ts';
import { requireCount, requirePositive, requireProbability } from './ranges.ts';

/** Units that all serve at once, where a failure that is not handled takes the whole group along. Rates per hour. */
export interface CoveredGroup {
  readonly units: number;
  readonly needed: number;
  readonly failureRate: number;
  readonly repairRate: number;
  readonly crews?: number;
  /** Chance that the failure of one unit is not handled: 1 − c, with c the coverage. */
  readonly uncovered: number;
  /** Recoveries per hour of a group that went down with an uncovered failure. */
  readonly recoveryRate: number;
}

export interface CoverageEffect {
  readonly unavailability: number;
  readonly frequency: number;
  readonly meanOutage: number;
  readonly meanTimeToOutage: number;
  /** The same without uncovered failures. */
  readonly coveredMeanTimeToOutage: number;
  /** How many times sooner the group fails because of uncovered failures. */
  readonly cost: number;
}

/**
 * What imperfect coverage costs a group of units that share the work.
 *
 * Chain over the broken units: failures (units − broken) λ, of which the share 1 − c takes the group down until it
 * is recovered with the units that still work; repairs min(broken, crews) μ (Bouricius, Carter, Schneider, 1969;
 * Dugan and Trivedi, IEEE ToC 38(6), 1989). For a pair MTTF = ((λ + μ) + 2λc) / (2λ (λ + μ (1 − c))).
 * @throws RangeError naming a count, rate or chance that is impossible.
 */
export function coverageEffect(group: CoveredGroup): CoverageEffect {
  requireCovered(group);
  const { chain, down } = chainOfGroup(group);
  const visits = visitsOf(chain, steadyState(chain).probability, down);
  const meanTimeToOutage = meanTimeTo(chain, down);
  const covered = chainOfGroup({ ...group, uncovered: 0 });
  const coveredMeanTimeToOutage = meanTimeTo(covered.chain, covered.down);
  return {
    unavailability: visits.probability,
    frequency: visits.frequency,
    meanOutage: visits.meanDuration,
    meanTimeToOutage,
    coveredMeanTimeToOutage,
    cost: coveredMeanTimeToOutage / meanTimeToOutage,
  };
}

interface State {
  readonly broken: number;
  readonly fallen: boolean;
}

function chainOfGroup(group: CoveredGroup) {
  const { chain, states } = exploreChain<State>(
    { broken: 0, fallen: false },
    ({ broken, fallen }) => (fallen ? -1 - broken : broken),
    (state) => movesOf(group, state),
  );
  const down = (i: number): boolean => {
    const { broken, fallen } = states[i] as State;
    return fallen || group.units - broken < group.needed;
  };
  return { chain, down };
}

function* movesOf(group: CoveredGroup, { broken, fallen }: State): Generator<{ to: State; rate: number }> {
  const { units, failureRate, repairRate, uncovered, recoveryRate } = group;
  if (broken > 0) {
    const rate = Math.min(broken, group.crews ?? broken) * repairRate;
    yield { to: { broken: broken - 1, fallen }, rate };
  }
  if (fallen) {
    yield { to: { broken, fallen: false }, rate: recoveryRate };
    return;
  }
  const failures = (units - broken) * failureRate;
  if (failures > 0) {
    yield { to: { broken: broken + 1, fallen: false }, rate: failures * (1 - uncovered) };
    yield { to: { broken: broken + 1, fallen: true }, rate: failures * uncovered };
  }
}

function requireCovered(group: CoveredGroup): void {
  requireCount('number of units', group.units, 1);
  requireCount('number of needed units', group.needed, 1);
  if (group.needed > group.units) {
    throw new RangeError(
      `number of needed units must not exceed the ${group.units} units, not ${group.needed}`,
    );
  }
  requirePositive('failure rate', group.failureRate);
  requirePositive('repair rate', group.repairRate);
  requireCount('number of repair crews', group.crews ?? 1, 1);
  requireProbability('chance of an uncovered failure', group.uncovered);
  requirePositive('recovery rate', group.recoveryRate);
}
