import { normalQuantile } from './distribution-functions.ts';
import { type Interval, tailOf } from './interval.ts';
import { type Lifetime, lifetimeTotals } from './lifetimes.ts';

/** The curve just after one failure time. */
export interface SurvivalStep {
  readonly time: number;
  readonly atRisk: number;
  readonly failures: number;
  readonly survival: number;
  /** Greenwood's; 0 where nobody survives. */
  readonly standardError: number;
}

/** How the interval is computed: on S itself, on ln S, or on ln(−ln S), which stays inside [0, 1] and is the default. */
export type SurvivalScale = 'plain' | 'log' | 'log-log';

/**
 * Survival curve without any assumption on the distribution: S(t) = Π (1 − d_i/n_i) over failure times t_i <= t.
 *
 * d_i: failures at t_i; n_i: units still watched just before. Standard error S·sqrt(Σ d_i/(n_i(n_i − d_i))).
 * Kaplan and Meier, JASA 53 (1958); Greenwood (1926). Units censored at t_i count as at risk there.
 * Says nothing beyond the last time observed. Throws a RangeError for an empty or impossible sample.
 */
export function kaplanMeier(sample: readonly Lifetime[]): SurvivalStep[] {
  let atRisk = lifetimeTotals(sample).units;
  const sorted = [...sample].sort((x, y) => x.time - y.time);
  const steps: SurvivalStep[] = [];
  let survival = 1;
  let greenwood = 0;
  for (let i = 0; i < sorted.length; ) {
    const time = (sorted[i] as Lifetime).time;
    let failures = 0;
    let leaving = 0;
    for (; i < sorted.length && (sorted[i] as Lifetime).time === time; i += 1) {
      const { observed, count = 1 } = sorted[i] as Lifetime;
      leaving += count;
      if (observed) failures += count;
    }
    if (failures > 0) {
      survival *= (atRisk - failures) / atRisk;
      greenwood += failures === atRisk ? 0 : failures / (atRisk * (atRisk - failures));
      steps.push({ time, atRisk, failures, survival, standardError: survival * Math.sqrt(greenwood) });
    }
    atRisk -= leaving;
  }
  return steps;
}

/** The step that holds at a time; undefined before the first failure, where S = 1. */
export function survivalAt(curve: readonly SurvivalStep[], time: number): SurvivalStep | undefined {
  let found: SurvivalStep | undefined;
  for (const step of curve) {
    if (step.time > time) break;
    found = step;
  }
  return found;
}

/** Pointwise interval of the curve at a step. Throws a RangeError for a confidence outside (0, 1). */
export function survivalInterval(
  step: SurvivalStep,
  confidence: number,
  scale: SurvivalScale = 'log-log',
): Interval {
  const z = normalQuantile(tailOf(confidence), 'upper');
  const { survival, standardError } = step;
  if (survival === 0 || survival === 1) return { low: survival, high: survival, confidence };
  if (scale === 'plain') {
    const reach = z * standardError;
    return { low: Math.max(0, survival - reach), high: Math.min(1, survival + reach), confidence };
  }
  if (scale === 'log') {
    const factor = Math.exp((z * standardError) / survival);
    return { low: survival / factor, high: Math.min(1, survival * factor), confidence };
  }
  const reach = Math.exp((z * standardError) / (survival * Math.log(survival)));
  return { low: survival ** (1 / reach), high: survival ** reach, confidence };
}

/** First time at which the curve is at or below 1/2, with its interval (Brookmeyer and Crowley, Biometrics 38, 1982). */
export function medianLifetime(
  curve: readonly SurvivalStep[],
  confidence: number,
  scale: SurvivalScale = 'log-log',
): { readonly value: number; readonly interval: Interval } {
  const first = (below: (step: SurvivalStep) => number) =>
    curve.find((step) => below(step) <= 0.5)?.time ?? Infinity;
  return {
    value: first((step) => step.survival),
    interval: {
      low: first((step) => survivalInterval(step, confidence, scale).low),
      high: first((step) => survivalInterval(step, confidence, scale).high),
      confidence,
    },
  };
}
