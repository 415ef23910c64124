import { describe, expect, it } from 'vitest';
import { choicesMeanResponse } from '../../../src/models/queueing/choices.ts';
import {
  caughtInPause,
  concurrency,
  drainTime,
  pauseBacklog,
  utilization,
} from '../../../src/models/queueing/little.ts';
import {
  budgetedAmplification,
  layeredAmplification,
  retryAmplification,
} from '../../../src/models/queueing/retry.ts';
import { fanOutLate, hedgedExtra, hedgedLate, leafPercentile } from '../../../src/models/queueing/tail.ts';
import { uniform } from './simulation.ts';
import { inTolerances, vector } from './vectors.ts';

describe('the power of choices', () => {
  it('gives the mean response of 1, 2, 3 and 5 choices', () => {
    const v = vector('supermarket-d-choices');
    for (const [i, rho] of v.input.lambda.entries()) {
      for (const [j, d] of v.input.d.entries())
        expect(inTolerances(v, choicesMeanResponse(rho, d), v.expected.T[i][j])).toBeLessThanOrEqual(1);
    }
    expect(() => choicesMeanResponse(1, 2)).toThrow(/utilization/);
  });
});

describe('fan-out and hedging', () => {
  it('gives the percentile that each of a hundred leaves needs', () => {
    const v = vector('leaf-percentile-for-root');
    const leaf = leafPercentile(v.input.rootPercentile, v.input.fanout);
    expect(inTolerances(v, leaf, v.expected.leafPercentile)).toBeLessThanOrEqual(1);
    expect(fanOutLate(1 - leaf, v.input.fanout)).toBeCloseTo(1 - v.input.rootPercentile, 12);
  });

  it('makes one late leaf in a hundred late for 63 % of the roots', () => {
    expect(fanOutLate(0.01, 100)).toBeCloseTo(0.634, 3);
    expect(fanOutLate(1e-18, 100)).toBeCloseTo(1e-16, 30);
  });

  it('cuts the tail of a hedged request as a simulation of two attempts does', () => {
    const tail = (t: number) => 0.98 * Math.exp(-t / 0.01) + 0.02 * Math.exp(-t / 0.5);
    const delay = 0.05;
    const random = uniform(11);
    const attempt = () => -Math.log(1 - random()) * (random() < 0.98 ? 0.01 : 0.5);
    let late = 0;
    let extra = 0;
    const requests = 400_000;
    for (let i = 0; i < requests; i += 1) {
      const first = attempt();
      if (first > delay) extra += 1;
      if (Math.min(first, delay + attempt()) > 0.1) late += 1;
    }
    expect(Math.abs(hedgedLate(tail, delay, 0.1) / (late / requests) - 1)).toBeLessThan(0.15);
    expect(Math.abs(hedgedExtra(tail, delay) / (extra / requests) - 1)).toBeLessThan(0.05);
    expect(hedgedLate(tail, delay, 0.1)).toBeLessThan(tail(0.1) / 20);
    expect(hedgedLate(tail, delay, 0.02)).toBe(tail(0.02));
  });
});

describe('retries', () => {
  it('multiply the load by the mean number of attempts', () => {
    expect(retryAmplification(0, 3)).toBe(1);
    expect(retryAmplification(0.5, 3)).toBeCloseTo(1.75, 14);
    expect(retryAmplification(1, 3)).toBe(3);
    expect(retryAmplification(1 - 1e-12, 3)).toBeCloseTo(3, 9);
  });

  it('multiply over layers: five layers of three attempts make 243', () => {
    expect(layeredAmplification(3, 5)).toBe(243);
    expect(layeredAmplification(3, 0)).toBe(1);
  });

  it('are capped by a budget', () => {
    expect(budgetedAmplification(0.9, 3, 0.1)).toBeCloseTo(1.1, 14);
    expect(budgetedAmplification(0.01, 3, 0.1)).toBeCloseTo(1.0101, 14);
    expect(() => budgetedAmplification(0.1, 3, -1)).toThrow(/retry budget/);
    expect(() => retryAmplification(1.1, 3)).toThrow(/failure probability/);
    expect(() => layeredAmplification(0, 3)).toThrow(/attempts/);
  });
});

describe("Little's law and pauses", () => {
  it('gives concurrency and utilization of the built-in example', () => {
    expect(concurrency(10_000, 0.1)).toBe(1000);
    expect(utilization(10_000, 0.1, 1280)).toBeCloseTo(0.78125, 14);
    expect(() => utilization(1, 1, 0)).toThrow(/servers/);
  });

  it('drains what an election gathered at the rate that is left', () => {
    const rho = 0.8;
    const backlog = pauseBacklog(10_000, 13);
    expect(backlog).toBe(130_000);
    expect(drainTime(13, rho)).toBeCloseTo(backlog / (10_000 / rho - 10_000), 9);
    expect(drainTime(13, 0)).toBe(0);
    expect(() => drainTime(13, 1)).toThrow(/offered load/);
    expect(caughtInPause(1 / 86_400, 8.64)).toBeCloseTo(1e-4, 16);
    expect(caughtInPause(1, 8)).toBe(1);
  });
});
