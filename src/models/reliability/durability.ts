import { atLeast, binomialPmf } from '../statistics/poisson-binomial.ts';
import { burstHits } from './durability-bursts.ts';
import { chainOf, type Transition } from './markov.ts';
import { meanTimeTo } from './markov-absorption.ts';
import { requireCount, requirePositive, requireProbability } from './ranges.ts';
import type { RepairMode } from './repair.ts';
import { chanceWithin } from './uniformization.ts';

/** An event that takes many pieces of a stripe at once; `rate` is events per unit of time. */
export type Burst =
  /** Each piece dies with this chance, independently of the others. */
  | { readonly rate: number; readonly lethality: number }
  /** So many of all machines die; the pieces lie on machines chosen at random. */
  | { readonly rate: number; readonly machines: number; readonly hit: number };

/** One stripe: `pieces` on different machines, any `needed` of which give the data back. */
export interface Stripe {
  /** N for replicas, data + parity for an erasure code. */
  readonly pieces: number;
  /** 1 for replicas, data for an erasure code. */
  readonly needed: number;
  /** Losses per unit of time of one piece, by its disk or machine alone. */
  readonly failureRate: number;
  /** Pieces per unit of time that one repair brings back. */
  readonly repairRate: number;
  readonly repair: RepairMode;
  readonly bursts?: readonly Burst[];
}

/** Loss of one stripe. Times in the unit of the rates. */
export interface StripeDurability {
  /** Chance that the stripe is lost within the mission. */
  readonly loss: number;
  /** The same without bursts: what independence promises. */
  readonly lossWithoutBursts: number;
  readonly meanTimeToLoss: number;
}

/**
 * Chance that a stripe is lost within a mission, with repair and bursts.
 *
 * A Markov chain over the lost pieces: single losses (pieces − lost) λ, repairs μ (serial) or lost · μ (parallel),
 * bursts that take m of the pieces that are left at once; loss is fewer than `needed` pieces. The chance comes from
 * uniformization, the mean from elimination (Ford et al., OSDI 2010, §7 and §8). Report the chance: the mean time to
 * data loss says little about a mission that is much shorter (Greenan, Plank, Wylie, HotStorage 2010).
 * Exponential times; single losses of one stripe are independent.
 * @throws RangeError naming a count, rate, chance or time that is impossible.
 */
export function stripeDurability(stripe: Stripe, mission: number): StripeDurability {
  requireStripe(stripe);
  requirePositive('mission time', mission, 'zero allowed');
  const lost = stripe.pieces - stripe.needed + 1;
  const isLost = (state: number): boolean => state === lost;
  const chain = chainOf(lost + 1, movesOf(stripe));
  const calm = chainOf(lost + 1, movesOf({ ...stripe, bursts: [] }));
  return {
    loss: chanceWithin(chain, isLost, mission),
    lossWithoutBursts: chanceWithin(calm, isLost, mission),
    meanTimeToLoss: meanTimeTo(chain, isLost),
  };
}

function* movesOf(stripe: Stripe): Generator<Transition> {
  const last = stripe.pieces - stripe.needed + 1;
  for (let from = 0; from < last; from++) {
    const left = stripe.pieces - from;
    yield { from, to: from + 1, rate: left * stripe.failureRate };
    if (from > 0) {
      yield { from, to: from - 1, rate: (stripe.repair === 'serial' ? 1 : from) * stripe.repairRate };
    }
    for (const burst of stripe.bursts ?? []) {
      for (const [hits, chance] of hitsOf(burst, left).entries()) {
        if (hits > 0) yield { from, to: Math.min(last, from + hits), rate: burst.rate * chance };
      }
    }
  }
}

function hitsOf(burst: Burst, pieces: number): readonly number[] {
  if ('lethality' in burst) return [...binomialPmf(pieces, burst.lethality)];
  return burstHits(burst.machines, burst.hit, pieces);
}

function requireStripe(stripe: Stripe): void {
  requireCount('number of pieces', stripe.pieces, 1);
  requireCount('number of needed pieces', stripe.needed, 1);
  if (stripe.needed > stripe.pieces) {
    throw new RangeError(`number of needed pieces must be at most ${stripe.pieces}, not ${stripe.needed}`);
  }
  requirePositive('failure rate of a piece', stripe.failureRate);
  requirePositive('repair rate', stripe.repairRate);
  for (const burst of stripe.bursts ?? []) {
    requirePositive('burst rate', burst.rate, 'zero allowed');
    if ('lethality' in burst) requireProbability('lethality of a burst', burst.lethality);
  }
}

/** What a store of many stripes may expect to lose, and with which chance it loses anything. */
export interface StoreLoss {
  readonly expectedStripes: number;
  readonly expectedBytes: number;
  /** Chance of any loss if stripes fail independently. */
  readonly anyIndependent: number;
  /** Bounds that hold however the stripes' fates are tied together. */
  readonly anyAtLeast: number;
  readonly anyAtMost: number;
}

/**
 * Expected loss of a store beside the chance of any loss.
 *
 * Expectation M p, whatever the dependence; chance of any loss 1 − (1 − p)^M for independent stripes, and between p
 * and min(1, M p) for all others (Fréchet). `loss` is one stripe's chance within the mission.
 * @throws RangeError for a loss outside [0, 1], no stripe, or a negative size.
 */
export function storeLoss(loss: number, stripes: number, bytesPerStripe: number): StoreLoss {
  requireProbability('loss of a stripe', loss);
  requireCount('number of stripes', stripes, 1);
  requirePositive('bytes of a stripe', bytesPerStripe, 'zero allowed');
  return {
    expectedStripes: stripes * loss,
    expectedBytes: stripes * loss * bytesPerStripe,
    anyIndependent: -Math.expm1(stripes * Math.log1p(-loss)),
    anyAtLeast: loss,
    anyAtMost: Math.min(1, stripes * loss),
  };
}

/**
 * Loss by the calculation with fixed windows, which circulates and is too small: for comparison only.
 *
 * A window as long as a replacement loses the stripe when more than `parity` of all pieces die within it, P(X >
 * parity) for X ~ Binomial(pieces, 1 − exp(−afr · window / year)); a year has year / window windows. Losses that straddle two
 * windows do not count, so that the result is about parity + 1 times below that of a repair chain.
 * Source: Backblaze, erasure-coding-durability. `windowDays` is the time to replace a drive.
 * @throws RangeError for counts, rates or times that are impossible.
 */
export function windowedLoss(data: number, parity: number, annualFailureRate: number, windowDays: number) {
  requireCount('number of data pieces', data, 1);
  requireCount('number of parity pieces', parity);
  requirePositive('annual failure rate', annualFailureRate);
  requirePositive('days of a window', windowDays);
  const chance = -Math.expm1((-annualFailureRate * windowDays) / 365);
  const window = atLeast(parity + 1, new Array<number>(data + parity).fill(chance));
  return { window, annual: -Math.expm1((365 / windowDays) * Math.log1p(-window)) };
}
