import { burstHits } from './durability-bursts.ts';
import { requireCount, requirePositive, requireProbability } from './ranges.ts';

/** Where the pieces of the stripes lie. */
export type Placement =
  /** Each stripe on machines of its own choice. */
  | { readonly kind: 'random'; readonly stripes: number }
  /** Sets of machines that are drawn once, so that a machine shares sets with `scatterWidth` others. */
  | { readonly kind: 'copyset'; readonly scatterWidth: number }
  /** Copysets whose last piece lies on machines that fail apart from the others. */
  | { readonly kind: 'tiered'; readonly scatterWidth: number; readonly backupLoss: number };

/** A store at the moment when many machines are lost for good at once. */
export interface MassLoss {
  readonly machines: number;
  readonly lostMachines: number;
  readonly pieces: number;
  /** Lost pieces that lose the stripe: all for replicas, parity + 1 for an erasure code. */
  readonly fatal: number;
}

export interface PlacementLoss {
  /** Different sets of machines that hold a stripe. */
  readonly sets: number;
  /** Chance that one given set loses its data. It is also the expected share of the data that is lost. */
  readonly setLoss: number;
  /** Chance that any data is lost, sets taken as independent. */
  readonly anyLoss: number;
  /** Expected share of the data that is lost, given that any is. */
  readonly shareGivenLoss: number;
}

/**
 * Chance that one set of machines loses its stripe when machines are lost at random: P(at least `fatal` of its
 * pieces), hypergeometric; C(F, R) / C(N, R) for replicas.
 * @throws RangeError for counts that are impossible.
 */
export function setLoss({ machines, lostMachines, pieces, fatal }: MassLoss): number {
  requireCount('number of fatal pieces', fatal, 1);
  if (fatal > pieces) throw new RangeError(`number of fatal pieces must be at most ${pieces}, not ${fatal}`);
  return burstHits(machines, lostMachines, pieces)
    .slice(fatal)
    .reduceRight((sum, p) => sum + p, 0);
}

/**
 * Chance and size of a loss for one way of placing stripes.
 *
 * P(any) = 1 − (1 − p_set)^sets, with sets = the stripes (random, at most all C(N, R) there are), or S/(R − 1) · N/R
 * (copyset, Cidon et al., Copysets, USENIX ATC 2013, §3 and §4), and p_set lowered to p_set of the first R − 1
 * pieces times `backupLoss` (tiered, Cidon et al., Tiered Replication, USENIX ATC 2015). Fewer sets trade rare large
 * losses for frequent small ones; the expected loss is the same.
 * @throws RangeError for counts or chances that are impossible.
 */
export function placementLoss(loss: MassLoss, placement: Placement): PlacementLoss {
  const sets = setsOf(loss, placement);
  const one = placement.kind === 'tiered' ? tieredSetLoss(loss, placement.backupLoss) : setLoss(loss);
  const anyLoss = lossOfAny(one, sets);
  return { sets, setLoss: one, anyLoss, shareGivenLoss: anyLoss > 0 ? one / anyLoss : 0 };
}

function tieredSetLoss(loss: MassLoss, backupLoss: number): number {
  requireProbability('loss of the backup tier', backupLoss);
  if (loss.fatal !== loss.pieces || loss.pieces < 2) {
    throw new RangeError('number of fatal pieces must equal the pieces, 2 or more, for tiered replicas');
  }
  return backupLoss * setLoss({ ...loss, pieces: loss.pieces - 1, fatal: loss.fatal - 1 });
}

function setsOf({ machines, pieces }: MassLoss, placement: Placement): number {
  if (placement.kind === 'random') {
    requireCount('number of stripes', placement.stripes, 1);
    return Math.min(placement.stripes, combinations(machines, pieces));
  }
  return copysetsFor(machines, pieces, placement.scatterWidth);
}

/** Sets of copyset replication for N machines, R pieces and scatter width S: S / (R − 1) · N / R. Real, not rounded. */
export function copysetsFor(machines: number, pieces: number, scatterWidth: number): number {
  requireCount('number of machines', machines, 1);
  requireCount('number of pieces', pieces, 2);
  requirePositive('scatter width', scatterWidth);
  return ((scatterWidth / (pieces - 1)) * machines) / pieces;
}

/**
 * Sets of random replication when the other R − 1 pieces are drawn from `choices` machines near the first:
 * N C(choices, R − 1). Cidon et al. (2013) count so; their 275,000 for N = 5,000, R = 3, S = 10 is 11 choices.
 */
export function randomSetsWithin(machines: number, pieces: number, choices: number): number {
  requireCount('number of machines', machines, 1);
  requireCount('number of pieces', pieces, 2);
  requireCount('number of machines to choose from', choices, 1);
  return machines * combinations(choices, pieces - 1);
}

/** n over k as a number, infinite where it leaves the range of numbers. */
function combinations(n: number, k: number): number {
  let result = 1;
  for (let i = 1; i <= k; i++) result *= (n - k + i) / i;
  return result;
}

/**
 * Chance that at least one of several sets is lost, taken as independent: 1 − (1 − p)^sets.
 * @throws RangeError for a chance outside [0, 1] or a negative number of sets.
 */
export function lossOfAny(oneSet: number, sets: number): number {
  requireProbability('loss of one set', oneSet);
  requirePositive('number of sets', sets, 'zero allowed');
  return -Math.expm1(sets * Math.log1p(-oneSet));
}

/** Years between losses when mass losses happen `perYear` times a year: 1 / (P · perYear). */
export function yearsBetweenLosses(anyLoss: number, perYear: number): number {
  requireProbability('chance of any loss', anyLoss);
  requirePositive('mass losses per year', perYear);
  return 1 / (anyLoss * perYear);
}
