import type { ClassMeasurement, Distribution, Estimate, Measurement } from '../../src/measurement/types.ts';

const estimate = (value: number): Estimate => ({
  value,
  low: value * 0.9,
  high: value * 1.1,
  confidence: 0.95,
  rounds: 5,
});

const times = (mean: number): Distribution => ({
  basis: 'wall',
  samples: 400,
  mean,
  p50: mean,
  p90: mean * 1.1,
  p99: mean * 1.3,
  max: mean * 1.5,
  coefficientOfVariation: 0.1,
});

/** CPU seconds of a resize of some bytes on the imagined machine: 16 ms and 24 ms for each 256 kB. */
export const cpuOf = (bytes: number) => 0.016 + (0.024 * bytes) / 256_000;

function sizeClass(bytes: number, share: number): ClassMeasurement {
  const width = Math.round(Math.sqrt((bytes * 10 * 4) / 3));
  return {
    name: `${bytes / 1000} kB`,
    share,
    images: 10,
    bytesIn: bytes,
    bytesOut: 90_000,
    width,
    height: Math.round((width * 3) / 4),
    progressive: 0.1,
    cpuSeconds: estimate(cpuOf(bytes)),
    serviceTime: times(cpuOf(bytes)),
    coresPerJob: 1.1,
  };
}

const classes = [
  sizeClass(64_000, 0.4),
  sizeClass(128_000, 0.2),
  sizeClass(256_000, 0.15),
  sizeClass(512_000, 0.15),
  sizeClass(896_000, 0.1),
];

const perClass = (of: (each: ClassMeasurement) => number) =>
  Object.fromEntries(classes.map((each) => [each.name, of(each)]));

/** A measurement of a machine that was never built: a mean of 40 ms of CPU for the default mix, 25 resizes per second. */
export const measurement: Measurement = {
  schema: 'headroom/measurement/v1',
  run: '2026-01-02T03:04:05.000Z',
  complete: true,
  durationSeconds: 15,
  mode: 'quick',
  job: { width: 800, format: 'jpeg', quality: 80 },
  corpus: {
    kind: 'synthetic',
    hash: 'c0ffee',
    meanBytes: 256_000,
    maxBytes: 900_000,
    images: 50,
    progressive: 0.1,
    seed: 1,
  },
  environment: {
    cpuModel: 'imagined',
    logicalCores: 4,
    usableCores: 4,
    allocator: 'glibc',
    memoryBytes: 8e9,
    loadAverage: 0.1,
    otherCpu: 0.01,
    steal: 0,
    versions: { node: '20.20.2', sharp: '0.35.5', libvips: '8.18.0', headroom: '0.1.0' },
    platform: 'linux-x64',
  },
  classes,
  mix: { cpuSeconds: estimate(0.04), serviceTime: times(0.04), bytesOut: 90_000, coresPerJob: 1.1 },
  saturation: {
    points: [1, 2, 3, 4].map((processes) => ({
      processes,
      throughput: estimate(processes * 25),
      cpuSecondsPerImage: 0.04,
      p99: 0.1,
      disturbedRounds: 0,
    })),
    efficiency: estimate(1),
    scaling: { kind: 'refused', reason: 'too few points' },
  },
  costModel: { refused: 'too few points' },
  memory: { peakRssBytes: 120e6 },
  kernel: 'none-v1',
  rounds: [0, 1, 2, 3, 4].map(() => ({
    disturbed: false,
    otherCpu: 0.01,
    steal: 0,
    throttledPeriods: 0,
    cpuSeconds: perClass(({ cpuSeconds }) => cpuSeconds.value),
    kernelSeconds: perClass(() => 0.01),
  })),
  trust: { verdict: 'trusted', reasons: [] },
};
