import { requireCount } from '../reliability/ranges.ts';
import { binomialTail } from './distribution-functions.ts';
import type { Estimated } from './interval.ts';
import { profileInterval } from './profile.ts';
import { rootBetween } from './root.ts';

/** A shock that hit `hit` of the `exposed` members of a group; `count` such shocks, 1 where absent. */
export interface ShockSize {
  readonly hit: number;
  readonly exposed: number;
  readonly count?: number;
}

/** Lethality of shocks, and the share of shocks that were large enough to be seen. */
export interface ShockSizeFit {
  /** Chance that a shock takes a given member. */
  readonly lethality: Estimated;
  /** Chance that a shock hits at least `leastVisible` members; divide the visible rate by it. */
  readonly visibleShare: number;
}

/**
 * Lethality p of shocks in the binomial failure rate model, where shocks below `leastVisible` hits go unseen.
 *
 * Sizes are binomial(m, p), conditional on at least r hits. The maximum solves Σ hits = Σ E[K | K >= r]; for r = 1
 * that is m p/(1 − (1 − p)^m) = mean size. Interval by profile likelihood on the logit. Atwood, Technometrics 28
 * (1986). One single size explains bursts badly (Ford et al., OSDI 2010, section 9): test before use.
 * A p of 0 means that all sizes were the least visible one. Throws a RangeError for no shocks or impossible sizes.
 */
export function fitShockSizes(
  sample: readonly ShockSize[],
  confidence: number,
  leastVisible = 1,
): ShockSizeFit {
  check(sample, leastVisible);
  const shocks = tallied(sample);
  const logLikelihood = (p: number) =>
    shocks.reduce((sum, shock) => sum + shockTerm(shock, p, leastVisible), 0);
  const score = (x: number) => {
    const p = expit(x);
    return shocks.reduce(
      (sum, { hit, exposed, count = 1 }) => sum + count * (hit - meanVisible(exposed, p, leastVisible)),
      0,
    );
  };
  const lethality = boundaryValue(shocks, leastVisible) ?? expit(rootBetween(score, -35, 35, 1e-14));
  const best = Math.min(Math.max(lethality, 1e-12), 1 - 1e-12);
  const x = logit(best);
  const h = 1e-4;
  const curvature =
    (2 * logLikelihood(best) - logLikelihood(expit(x - h)) - logLikelihood(expit(x + h))) / (h * h);
  const logitError = curvature > 1e-9 ? 1 / Math.sqrt(curvature) : 1;
  const limits = profileInterval(
    {
      logLikelihood: (at) => logLikelihood(expit(at)),
      best: x,
      maximum: logLikelihood(best),
      step: Math.min(2.2 * logitError, 3),
    },
    confidence,
  );
  const inner = lethality > 0 && lethality < 1;
  return {
    lethality: {
      value: lethality,
      standardError: inner ? logitError * best * (1 - best) : Number.NaN,
      interval: {
        low: lethality === 0 ? 0 : expit(limits.low),
        high: lethality === 1 ? 1 : expit(limits.high),
        confidence,
      },
    },
    visibleShare: visibleShare(shocks, lethality, leastVisible),
  };
}

/**
 * Share of shocks of lethality p that hit at least `least` members, over the group sizes of the shocks seen: each seen
 * shock stands for 1/P(K >= least) shocks of its group.
 */
export function visibleShare(shocks: readonly ShockSize[], p: number, least: number): number {
  let seen = 0;
  let all = 0;
  for (const { exposed, count = 1 } of shocks) {
    seen += count;
    all += count / binomialTail(least, exposed, p, 'upper');
  }
  return seen / all;
}

/** Equal shocks as one entry with a count: the tails below are costly, and logs hold the same few sizes again and again. */
function tallied(shocks: readonly ShockSize[]): ShockSize[] {
  const tally = new Map<string, Required<ShockSize>>();
  for (const { hit, exposed, count = 1 } of shocks) {
    const key = `${hit}/${exposed}`;
    tally.set(key, { hit, exposed, count: count + (tally.get(key)?.count ?? 0) });
  }
  return [...tally.values()];
}

function check(shocks: readonly ShockSize[], least: number): void {
  if (shocks.length === 0) throw new RangeError('the sample of shocks must not be empty');
  requireCount('least visible size of a shock', least);
  for (const { hit, exposed, count = 1 } of shocks) {
    requireCount('number of shocks', count, 1);
    requireCount('members hit by a shock', hit, least);
    requireCount('members exposed to a shock', exposed, Math.max(hit, 1));
  }
}

/** 1 where every shock hit all members, 0 where every shock had the least visible size; else undefined. */
function boundaryValue(shocks: readonly ShockSize[], least: number): number | undefined {
  if (shocks.every(({ hit, exposed }) => hit === exposed)) return 1;
  return shocks.every(({ hit }) => hit === least) ? 0 : undefined;
}

function shockTerm({ hit, exposed, count = 1 }: ShockSize, p: number, least: number): number {
  const logs = hit * Math.log(p) + (hit === exposed ? 0 : (exposed - hit) * Math.log1p(-p));
  return count * (logs - Math.log(binomialTail(least, exposed, p, 'upper')));
}

/** E[K | K >= r] = m p P(K' >= r − 1) / P(K >= r), K' of m − 1 members. */
function meanVisible(exposed: number, p: number, least: number): number {
  if (least === 0) return exposed * p;
  const others = exposed === 1 ? 1 : binomialTail(least - 1, exposed - 1, p, 'upper');
  return (exposed * p * others) / binomialTail(least, exposed, p, 'upper');
}

function expit(x: number): number {
  return x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x));
}

function logit(p: number): number {
  return Math.log(p) - Math.log1p(-p);
}
