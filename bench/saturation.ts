import type { Estimate, Measurement, SaturationPoint, Scaling } from '../src/measurement/types.ts';
import type { LoopResult } from './protocol.ts';
import type { BenchRound, LoopRound } from './rounds.ts';
import { estimate, median, quantile } from './statistics.ts';

/** What an image of the corpus weighs: its CPU seconds over those of the mix's mean image. */
export type ImageWeight = (image: number) => number;

interface WindowResult {
  readonly round: LoopRound;
  readonly throughput: number;
  readonly cpuSecondsPerImage: number;
  readonly times: readonly number[];
}

/**
 * Sums up the saturation windows. A job that runs beyond the window counts by the part within it, and every
 * job counts by its work relative to the mix's mean, so that a short window does not measure which images it
 * happened to hold. Throughput, p99, efficiency and the scaling law rest on undisturbed windows alone.
 */
export function summariseSaturation(
  rounds: readonly BenchRound[],
  usableCores: number,
  weight: ImageWeight,
  fitScaling: (points: readonly SaturationPoint[], usableCores: number) => Scaling,
  seed: number,
): Measurement['saturation'] {
  const windows = rounds.flatMap((round) => round.loops.map((loop) => evaluate(loop, weight)));
  const counts = [...new Set(windows.map((w) => w.round.processes))].sort((a, b) => a - b);
  const points = counts.map((processes) =>
    pointOf(
      processes,
      windows.filter((w) => w.round.processes === processes),
      seed + processes,
    ),
  );
  const efficiency = efficiencyOf(rounds, usableCores, weight, seed);
  return {
    points,
    ...(efficiency ? { efficiency } : {}),
    scaling: fitScaling(points, usableCores),
  };
}

function evaluate(round: LoopRound, weight: ImageWeight): WindowResult {
  const jobs = round.workers.flatMap((worker) => worker.jobs);
  const images = jobs.reduce((sum, job) => sum + weight(job.image), 0);
  return {
    round,
    throughput: within(round.workers, round.seconds, weight) / round.seconds,
    cpuSecondsPerImage: round.workers.reduce((sum, worker) => sum + worker.cpu, 0) / images,
    times: jobs.map((job) => job.end - job.start),
  };
}

/** Images of the mix's mean work that were done within the window. */
function within(workers: readonly LoopResult[], seconds: number, weight: ImageWeight): number {
  return workers
    .flatMap((worker) => worker.jobs)
    .reduce((sum, job) => {
      const start = Math.max(0, job.start);
      const inside = Math.max(0, Math.min(seconds, job.end) - start);
      return sum + (weight(job.image) * inside) / (job.end - job.start);
    }, 0);
}

function pointOf(processes: number, windows: readonly WindowResult[], seed: number): SaturationPoint {
  const quiet = windows.filter((w) => !w.round.disturbed);
  const noisy = windows.filter((w) => w.round.disturbed);
  const rates = (of: readonly WindowResult[]) => of.map((w) => w.throughput);
  return {
    processes,
    ...(quiet.length > 0
      ? {
          throughput: estimate(rates(quiet), seed),
          p99: quantile(
            quiet.flatMap((w) => w.times),
            0.99,
          ),
        }
      : {}),
    ...(noisy.length > 0 ? { disturbedThroughput: median(rates(noisy)) } : {}),
    cpuSecondsPerImage: median(windows.map((w) => w.cpuSecondsPerImage)),
    disturbedRounds: noisy.length,
  };
}

/** Pairs the windows of one round, so that a slow moment of the host touches both sides of the ratio. */
function efficiencyOf(
  rounds: readonly BenchRound[],
  usableCores: number,
  weight: ImageWeight,
  seed: number,
): Estimate | undefined {
  const cores = Math.max(1, Math.floor(usableCores));
  const ratios = rounds.flatMap((round) => {
    const [one, all] = [1, cores].map((n) => round.loops.find((l) => l.processes === n && !l.disturbed));
    if (!one || !all) return [];
    return [evaluate(all, weight).throughput / (cores * evaluate(one, weight).throughput)];
  });
  return ratios.length > 0 ? estimate(ratios, seed) : undefined;
}
