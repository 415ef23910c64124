import { poissonBinomialPmf } from '../statistics/poisson-binomial.ts';
import { requireCount, requirePositive, requireProbability } from './ranges.ts';

/** A replicated store: copies of each record, and how many must answer a read or a write. */
export interface Quorum {
  readonly copies: number;
  readonly read: number;
  readonly write: number;
}

export interface QuorumBehaviour {
  readonly readUnavailability: number;
  readonly writeUnavailability: number;
  /** Chance that reads or writes do not work. */
  readonly eitherUnavailability: number;
  /** R + W > N: each read meets the latest write. */
  readonly readsSeeWrites: boolean;
  /** 2 W > N: of two conflicting writes at most one succeeds. */
  readonly writesExclude: boolean;
  /** Copies that may be lost while writes go on. */
  readonly toleratedForWrites: number;
}

/**
 * Unavailability of reads and writes of a quorum store, from the distribution of the copies that survive.
 *
 * `survivors[k]` is the probability that k copies are up, whatever their failures have in common: from a tree of
 * failure domains, or `independentSurvivors`. U_read = Σ_{k < R} survivors[k], U_write = Σ_{k < W} survivors[k]
 * (Gifford, Weighted Voting for Replicated Data, SOSP 1979). Availability at an instant; elections are extra, see
 * failover-election.ts. The sum of `survivors` is taken to be 1.
 * @throws RangeError for R or W outside 1 … N, or another number of survivors than N + 1.
 */
export function quorumBehaviour(quorum: Quorum, survivors: ArrayLike<number>): QuorumBehaviour {
  const { copies, read, write } = quorum;
  requireCount('number of copies', copies, 1);
  requireAnswers('read quorum', read, copies);
  requireAnswers('write quorum', write, copies);
  if (survivors.length !== copies + 1) {
    throw new RangeError(`survivors must have ${copies + 1} entries, not ${survivors.length}`);
  }
  const below = (needed: number): number => {
    let total = 0;
    for (let k = 0; k < needed; k++) {
      requireProbability(`probability of ${k} survivors`, survivors[k] as number);
      total += survivors[k] as number;
    }
    return Math.min(1, total);
  };
  return {
    readUnavailability: below(read),
    writeUnavailability: below(write),
    eitherUnavailability: below(Math.max(read, write)),
    readsSeeWrites: read + write > copies,
    writesExclude: 2 * write > copies,
    toleratedForWrites: copies - write,
  };
}

function requireAnswers(quantity: string, answers: number, copies: number): void {
  requireCount(quantity, answers, 1);
  if (answers > copies)
    throw new RangeError(`${quantity} must be at most the ${copies} copies, not ${answers}`);
}

/** Smallest number of copies that is a majority: ⌊N/2⌋ + 1. */
export function majorityOf(copies: number): number {
  requireCount('number of copies', copies, 1);
  return Math.floor(copies / 2) + 1;
}

/**
 * Distribution of the survivors among independent copies, each with its own unavailability: entry k is P(k up).
 * @throws RangeError for an unavailability outside [0, 1].
 */
export function independentSurvivors(unavailability: readonly number[]): number[] {
  return [...poissonBinomialPmf(unavailability)].reverse();
}

/**
 * Unavailability of a store with a leader: no quorum, or a quorum that is without a leader at the moment.
 *
 * 1 − (1 − U_quorum)(1 − w t / (1 + w t)), with leader losses w per hour of service (crashes, deploys, step-downs)
 * and t hours without a leader at each. Losses of the leader that leave no quorum are in U_quorum; short leaderless
 * times are counted as independent of it.
 * @throws RangeError for a probability outside [0, 1] or a negative rate or time.
 */
export function withLeader(
  quorumUnavailability: number,
  lossesPerHour: number,
  hoursWithout: number,
): number {
  requireProbability('quorum unavailability', quorumUnavailability);
  requirePositive('leader losses per hour', lossesPerHour, 'zero allowed');
  requirePositive('hours without a leader', hoursWithout, 'zero allowed');
  const gone = lossesPerHour * hoursWithout;
  return -Math.expm1(Math.log1p(-quorumUnavailability) - Math.log1p(gone));
}
