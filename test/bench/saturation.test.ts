import { describe, expect, it } from 'vitest';
import type { LoopRound } from '../../bench/rounds.ts';
import { summariseSaturation } from '../../bench/saturation.ts';
import { fitScaling } from '../../bench/scaling.ts';
import type { SaturationPoint } from '../../src/measurement/types.ts';
import { benchRound, loopRound, loud } from './fixture.ts';

const equal = () => 1;
const summary = (loops: LoopRound[], weight: (image: number) => number = equal, rounds = 5) =>
  summariseSaturation(
    Array.from({ length: rounds }, () => benchRound({ loops })),
    2,
    weight,
    fitScaling,
    1,
  );

describe('the saturation summary', () => {
  it('adds up the images of all processes', () => {
    const { points } = summary([loopRound(1, 0.1), loopRound(2, 0.125)]);
    expect(points.map((p) => p.throughput?.value)).toEqual([expect.closeTo(10, 9), expect.closeTo(16, 9)]);
    expect(points[1]).toMatchObject({ p99: expect.closeTo(0.125, 9), disturbedRounds: 0 });
    expect(points[1]).not.toHaveProperty('disturbedThroughput');
  });

  it('counts a job that runs beyond the window by the part within it', () => {
    // Two jobs of 0.4 s and half of a third.
    expect(summary([loopRound(1, 0.4)]).points[0]?.throughput?.value).toBeCloseTo(2.5, 9);
  });

  it('counts a job by its work, so that a window of large images is no slower', () => {
    const weight = (image: number) => (image === 2 ? 4 : 1);
    const { points } = summary([loopRound(1, 0.4, { image: 2 })], weight);
    expect(points[0]?.throughput?.value).toBeCloseTo(10, 9);
    expect(points[0]?.cpuSecondsPerImage).toBeCloseTo(0.1, 9);
  });

  it('has the efficiency of all cores against one, from windows of the same round', () => {
    const { efficiency } = summary([loopRound(1, 0.1), loopRound(2, 0.125)]);
    expect(efficiency?.value).toBeCloseTo(16 / 20, 9);
  });

  it('gives no throughput, p99 or efficiency where every window was disturbed, only a labelled figure', () => {
    const { points, efficiency } = summary([loopRound(1, 0.1), loopRound(2, 0.2, { noise: loud })]);
    expect(efficiency).toBeUndefined();
    expect(points[1]).toEqual({
      processes: 2,
      disturbedThroughput: expect.closeTo(10, 9),
      cpuSecondsPerImage: expect.closeTo(0.2, 9),
      disturbedRounds: 5,
    });
  });

  it('leaves disturbed windows out where there are others', () => {
    const rounds = [0.1, 0.1, 0.1].map((job) => benchRound({ loops: [loopRound(1, job)] }));
    const noisy = benchRound({ loops: [loopRound(1, 0.5, { noise: loud })] });
    const { points } = summariseSaturation([...rounds, noisy], 2, equal, fitScaling, 1);
    expect(points[0]).toMatchObject({
      throughput: { value: expect.closeTo(10, 9), rounds: 3 },
      disturbedThroughput: expect.closeTo(2, 9),
      disturbedRounds: 1,
    });
  });
});

describe('the scalability law over processes', () => {
  const law = (n: number) => (50 * n) / (1 + 0.05 * (n - 1) + 0.002 * n * (n - 1));
  const points = (counts: readonly number[], of = law): SaturationPoint[] =>
    counts.map((processes) => ({
      processes,
      throughput: { value: of(processes), low: 1, high: 1e6, confidence: 0.95, rounds: 5 },
      cpuSecondsPerImage: 0.02,
      p99: 0.05,
      disturbedRounds: 0,
    }));

  it('is refused, with the number of cores, on a machine with fewer than four', () => {
    const scaling = fitScaling(points([1, 2, 3, 4]), 2);
    expect(scaling).toMatchObject({ kind: 'refused', reason: expect.stringContaining('2 usable cores') });
  });

  it('finds the law that the points follow', () => {
    const scaling = fitScaling(points([1, 2, 4, 6, 8]), 8);
    if (scaling.kind !== 'fitted') throw new Error(scaling.reason);
    expect(scaling.lambda.value).toBeCloseTo(50, 4);
    expect(scaling.sigma.value).toBeCloseTo(0.05, 5);
    expect(scaling.kappa.value).toBeCloseTo(0.002, 5);
  });

  it('does not read the flat part beyond the cores as contention', () => {
    const flat = (n: number) => Math.min(law(n), law(8));
    const within = fitScaling(points([1, 2, 4, 6, 8]), 8);
    expect(fitScaling(points([1, 2, 4, 6, 8, 12, 16], flat), 8)).toEqual(within);
  });

  it('is refused where too few points are undisturbed', () => {
    const disturbed = points([1, 2, 3, 4]).map(({ throughput: _, p99: __, ...rest }) => rest);
    const scaling = fitScaling(disturbed, 4);
    expect(scaling).toMatchObject({ kind: 'refused', reason: expect.stringContaining('only 0 numbers') });
  });
});
