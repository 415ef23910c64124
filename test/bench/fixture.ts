import type { Corpus, CorpusClass } from '../../bench/corpus.ts';
import type { WindowNoise } from '../../bench/cpu-accounting.ts';
import type { LoopResult, PassResult } from '../../bench/protocol.ts';
import type { BenchRound, LoopRound } from '../../bench/rounds.ts';
import type { Environment, Measurement, Round } from '../../src/measurement/types.ts';

export const quiet: WindowNoise = { otherCpu: 0.01, steal: 0, throttledPeriods: 0, seconds: 1 };
export const loud: WindowNoise = { otherCpu: 1.2, steal: 0, throttledPeriods: 0, seconds: 1 };

function corpusClass(name: string, share: number, bytes: number, images: number): CorpusClass {
  return {
    name,
    share,
    images: Array.from({ length: images }, (_, i) => ({
      name: `${name}-${i}`,
      path: `/nowhere/${name}-${i}`,
      bytes,
      sha256: `${name}-${i}`,
      width: 1600,
      height: 1200,
      progressive: false,
      format: 'jpeg',
    })),
  };
}

/** Two classes of two images: indices 0 and 1 are small, 2 and 3 are large. */
export const corpus: Corpus = {
  kind: 'synthetic',
  hash: 'abc',
  classes: [corpusClass('small', 0.8, 100_000, 2), corpusClass('large', 0.2, 600_000, 2)],
};

/** A pass over the two images of a class at a CPU time each, with `wall` times as long by the clock. */
export function pass(first: number, cpu: number, wall = 1, kernel = 0.002): PassResult {
  const calls = [first, first + 1].map((image) => ({ image, cpu, wall: cpu * wall, bytesOut: 1000 }));
  return { calls, kernel: [kernel, kernel] };
}

/** A round in which small images take 10 ms of CPU and large ones 40 ms, times `slow`. */
export function benchRound(
  options: { slow?: number; wall?: number; noise?: WindowNoise; loops?: LoopRound[] } = {},
) {
  const { slow = 1, wall = 1, noise = quiet, loops = [] } = options;
  return {
    single: {
      noise,
      disturbed: noise === loud,
      classes: [pass(0, 0.01 * slow, wall), pass(2, 0.04 * slow, wall)],
      targets: [],
    },
    loops,
  } satisfies BenchRound;
}

/** A window in which every process resizes the small image back to back, `seconds` each. */
export function loopRound(
  processes: number,
  jobSeconds: number,
  options: { noise?: WindowNoise; image?: number; cpu?: number } = {},
): LoopRound {
  const { noise = quiet, image = 0, cpu = jobSeconds } = options;
  const count = Math.ceil(1 / jobSeconds);
  const worker: LoopResult = {
    jobs: Array.from({ length: count }, (_, i) => ({
      image,
      start: i * jobSeconds,
      end: (i + 1) * jobSeconds,
      cpu,
    })),
    cpu: count * cpu,
  };
  return {
    processes,
    seconds: 1,
    noise,
    disturbed: noise === loud,
    workers: Array.from({ length: processes }, () => worker),
  };
}

export const environment: Environment = {
  cpuModel: 'Test CPU',
  logicalCores: 2,
  usableCores: 2,
  pinnedTo: 1,
  allocator: 'glibc',
  memoryBytes: 8e9,
  loadAverage: 0.1,
  otherCpu: 0.02,
  steal: 0,
  versions: { node: '20.20.2', sharp: '0.35.5', libvips: '8.18.7', headroom: '0.1.0' },
  platform: 'linux 6.1 x64',
};

/** A round as the file holds it: CPU seconds of the mix's classes and of the kernel. */
export function fileRound(small: number, large: number, kernel: number, disturbed = false): Round {
  return {
    disturbed,
    otherCpu: 0.01,
    steal: 0,
    throttledPeriods: 0,
    cpuSeconds: { small, large },
    kernelSeconds: { small: kernel, large: kernel },
  };
}

/** A complete, sound measurement with the rounds given. */
export function measurement(rounds: readonly Round[], changes: Partial<Measurement> = {}): Measurement {
  const estimate = { value: 0.016, low: 0.0144, high: 0.0176, confidence: 0.95, rounds: rounds.length };
  const serviceTime = {
    basis: 'wall' as const,
    samples: 200,
    mean: 0.016,
    p50: 0.01,
    p90: 0.04,
    p99: 0.041,
    max: 0.05,
    coefficientOfVariation: 0.7,
  };
  const aClass = (name: string, share: number, bytesIn: number) => ({
    name,
    share,
    images: 2,
    bytesIn,
    bytesOut: 60_000,
    width: 1600,
    height: 1200,
    progressive: 0.1,
    cpuSeconds: estimate,
    serviceTime,
    coresPerJob: 1.15,
  });
  return {
    schema: 'headroom/measurement/v1',
    run: '2026-01-02T03:04:05.678Z',
    complete: true,
    durationSeconds: 15,
    mode: 'quick',
    job: { width: 800, format: 'jpeg', quality: 80 },
    corpus: {
      kind: 'synthetic',
      hash: 'abc',
      meanBytes: 2e5,
      maxBytes: 6e5,
      images: 4,
      progressive: 0.1,
      seed: 1,
    },
    environment,
    classes: [aClass('small', 0.8, 100_000), aClass('large', 0.2, 600_000)],
    mix: { cpuSeconds: estimate, serviceTime, bytesOut: 60_000, coresPerJob: 1.15 },
    saturation: {
      points: [
        {
          processes: 1,
          throughput: { ...estimate, value: 60, low: 54, high: 66 },
          cpuSecondsPerImage: 0.016,
          p99: 0.05,
          disturbedRounds: 0,
        },
        { processes: 2, disturbedThroughput: 90, cpuSecondsPerImage: 0.018, disturbedRounds: 5 },
      ],
      scaling: { kind: 'refused', reason: 'too few cores' },
    },
    costModel: { refused: 'not in this test' },
    memory: { peakRssBytes: 2e8 },
    kernel: 'integer-transform/v1',
    rounds,
    trust: { verdict: 'trusted', reasons: [] },
    ...changes,
  };
}
