import type { Measurement, Scaling } from '../measurement/types.ts';
import type { Declaration, Origin } from '../sheet/types.ts';
import type { CostCurve } from '../tiers/functions-mix.ts';
import { assumed, cited } from '../tiers/tier.ts';

export const essay =
  'the essay: "10 conversions per second per CPU core" at an average of 256 KB, time taken proportional to bytes';

const spreadMeaning = 'time of a slow resize (one in fifty) of a size, over the mean of that size';

/** The worker's inputs as the essay cites them: 100 ms of one core for 256 kB, in proportion to the bytes. */
export function citedWorker(): Declaration[] {
  const origin: Origin = { kind: 'cited', source: essay };
  const curve: CostCurve = {
    points: [
      { bytes: 0, seconds: 0 },
      { bytes: 256_000, seconds: 0.1 },
    ],
  };
  return [
    {
      name: 'worker.cpuCurve',
      type: 'costCurve',
      meaning: 'CPU time of a resize by payload',
      object: curve,
      origin,
    },
    cited('worker.serviceSpread', '1', spreadMeaning, `${essay}; it gives no distribution`),
    cited(
      'worker.shellCpu',
      '0 s*core/req',
      'CPU time of the service around a resize',
      `${essay}; it counts the whole conversion`,
    ),
    assumed(
      'worker.scaling',
      '1',
      'throughput per core with all cores busy, relative to one busy core',
      'the cited figure is per core of a busy machine',
    ),
    assumed(
      'workload.response.mean',
      '70 kB/req',
      'mean size of a resized image',
      'photographs resized to 800 px JPEG at quality 80 came out at 67 to 75 kB; a measurement replaces this',
    ),
    assumed(
      'worker.memory.perProcess',
      '122 MB/process',
      'peak memory of one worker process',
      'two processes resizing to 800 px held 244 MB; a measurement replaces this',
    ),
  ];
}

/** The worker's inputs from a run of the benchmark. */
export function measuredWorker(file: string, measurement: Measurement): Declaration[] {
  const origin: Origin = { kind: 'measured', file, run: measurement.run };
  const { classes, mix, memory } = measurement;
  const byBytes = [...classes].sort((a, b) => a.bytesIn - b.bytesIn);
  const cpu: CostCurve = {
    points: byBytes.map((one) => ({ bytes: one.bytesIn, seconds: one.cpuSeconds.value })),
  };
  return [
    {
      name: 'worker.cpuCurve',
      type: 'costCurve',
      meaning: 'CPU time of a resize by payload',
      object: cpu,
      origin,
    },
    spread(measurement, origin),
    assumed(
      'worker.shellCpu',
      '2.5 ms*core/req',
      'CPU time of the service around a resize: fetch, acknowledge, usage record, answer',
      'an HTTP shell added 2.4 ms at 200 px and 3.8 ms at 800 px to a bare loop; the benchmark of the service replaces this',
    ),
    ...scaling(measurement, origin),
    {
      name: 'workload.response.mean',
      unit: 'kB/req',
      meaning: 'mean size of a resized image',
      value: mix.bytesOut / 1000,
      origin,
    },
    {
      name: 'worker.memory.perProcess',
      unit: 'MB/process',
      meaning: 'peak memory of one worker process',
      value: memory.peakRssBytes / 1e6,
      origin,
    },
  ];
}

/**
 * The 99th percentile over the mean within a size, averaged over sizes by their share of the bytes, since large images
 * make the tail. Where other work disturbed the clock the measurement gives CPU times, so it holds either way.
 */
function spread({ classes }: Measurement, origin: Origin): Declaration {
  const bytes = classes.reduce((sum, { share, bytesIn }) => sum + share * bytesIn, 0);
  const mean = classes.reduce(
    (sum, { share, bytesIn, serviceTime }) => sum + (share * bytesIn * serviceTime.p99) / serviceTime.mean,
    0,
  );
  return {
    name: 'worker.serviceSpread',
    unit: '1',
    meaning: spreadMeaning,
    value: Math.max(1, mean / bytes),
    origin,
  };
}

const scalingMeaning = 'throughput per core with all cores busy, relative to one busy core';

/**
 * Scaling to the cores of the bought machine: the Universal Scalability Law where the measurement fitted it, else the
 * CPU time per image of one pinned process over that with all usable cores busy (what shared caches and memory cost).
 * From CPU time, since wall time does not survive a machine that others use too.
 */
function scaling(measurement: Measurement, origin: Origin): readonly Declaration[] {
  const { saturation } = measurement;
  if (saturation.scaling.kind === 'fitted') return fittedScaling(saturation.scaling, origin);
  return [measuredScaling(measurement, origin)];
}

function fittedScaling(fit: Extract<Scaling, { kind: 'fitted' }>, origin: Origin): readonly Declaration[] {
  const input = (name: string, meaning: string, value: number): Declaration => ({
    name,
    unit: '1',
    meaning,
    value,
    origin,
  });
  return [
    input(
      'worker.contention',
      'share of the work that only one core does at a time (sigma)',
      fit.sigma.value,
    ),
    input('worker.coherency', 'cost of agreement between each pair of cores (kappa)', fit.kappa.value),
    {
      name: 'worker.scaling',
      unit: '1',
      meaning: scalingMeaning,
      formula:
        '1 / (1 + worker.contention * (worker.machine.cores / (1 core/machine) - 1) + worker.coherency * (worker.machine.cores / (1 core/machine)) * (worker.machine.cores / (1 core/machine) - 1))',
      source: 'Gunther, Guerrilla Capacity Planning, 2007: X(N) / (N X(1))',
    },
  ];
}

function measuredScaling({ mix, saturation, environment }: Measurement, origin: Origin): Declaration {
  const cores = Math.floor(environment.usableCores);
  const full = saturation.points.find(({ processes }) => processes === cores);
  if (full === undefined || cores === 1) {
    return assumed(
      'worker.scaling',
      '1',
      scalingMeaning,
      'the measurement has no point with several cores busy',
    );
  }
  const value = Math.min(1, mix.cpuSeconds.value / full.cpuSecondsPerImage);
  return { name: 'worker.scaling', unit: '1', meaning: scalingMeaning, value, origin };
}
