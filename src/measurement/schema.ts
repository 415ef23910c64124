import { z } from 'zod';
import type { Measurement } from './types.ts';

/** Version of the file format that this program writes and reads. */
export const measurementVersion = 'headroom/measurement/v1';

const positive = z.number().positive();
const notNegative = z.number().nonnegative();
const share = z.number().min(0).max(1);
const count = z.int().nonnegative();

const estimate = z
  .object({
    value: z.number(),
    low: z.number(),
    high: z.number(),
    confidence: share,
    rounds: z.int().positive(),
  })
  .refine(({ low, value, high }) => low <= value && value <= high, {
    error: 'low, value and high are in order',
  })
  .describe('A figure with its interval over rounds.');

const positiveEstimate = estimate.refine(({ low }) => low > 0, {
  error: 'an interval above 0',
});

const job = z
  .object({
    width: z.int().positive(),
    height: z.int().positive().exactOptional(),
    format: z.enum(['jpeg', 'webp', 'avif', 'png']),
    quality: z.int().min(1).max(100),
    effort: z.int().min(0).max(10).exactOptional(),
  })
  .describe('What was resized to what; a height bounds the result as the width does.');

const distribution = z
  .object({
    basis: z.enum(['wall', 'cpu']).describe('Whether wall time or, on a busy machine, CPU time was taken.'),
    samples: z.int().positive(),
    mean: positive,
    p50: positive,
    p90: positive,
    p99: positive,
    p999: positive.exactOptional().describe('Only with at least 3,000 samples of the class.'),
    max: positive,
    coefficientOfVariation: notNegative,
  })
  .refine((d) => d.p50 <= d.p90 && d.p90 <= d.p99 && d.p99 <= d.max, {
    error: 'p50, p90, p99 and max in order',
  })
  .describe('Service time in seconds.');

const classMeasurement = z.object({
  name: z.string().min(1),
  share: share.describe('Share of requests; all classes add up to 1.'),
  images: z.int().positive(),
  bytesIn: positive,
  bytesOut: positive,
  width: positive,
  height: positive,
  progressive: share.describe('Share of images that are progressive JPEG.'),
  cpuSeconds: positiveEstimate.describe('CPU seconds per image on one core: the unit of sizing.'),
  serviceTime: distribution,
  coresPerJob: positive.describe('Cores that one job keeps busy where it may, helper threads included.'),
});

const saturationPoint = z.object({
  processes: z.int().positive(),
  throughput: positiveEstimate
    .exactOptional()
    .describe('Images of the mix per second. Absent when every round was disturbed.'),
  disturbedThroughput: positive.exactOptional().describe('Of the disturbed rounds; never to size from.'),
  cpuSecondsPerImage: positive,
  p99: positive.exactOptional().describe('Seconds; absent when every round was disturbed.'),
  disturbedRounds: count,
});

const scaling = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('fitted'), lambda: estimate, sigma: estimate, kappa: estimate }),
    z.object({ kind: z.literal('refused'), reason: z.string() }),
  ])
  .describe('Universal Scalability Law over processes, or why it was not fitted.');

const range = z.tuple([z.number(), z.number()]);

const costModel = z
  .union([
    z.object({
      base: notNegative,
      perByteIn: notNegative,
      perPixelDecoded: notNegative,
      perPixelOut: notNegative,
      meanError: notNegative,
      worstError: notNegative,
      points: z.int().positive(),
      residuals: z
        .array(
          z.object({
            bytesIn: positive,
            pixelsDecoded: positive,
            pixelsOut: positive,
            measured: positive,
            predicted: positive,
          }),
        )
        .exactOptional(),
      domain: z.object({ bytesIn: range, pixelsDecoded: range, pixelsOut: range, format: job.shape.format }),
    }),
    z.object({ refused: z.string() }),
  ])
  .describe(
    'CPU seconds = base + perByteIn bytes + perPixelDecoded pixels + perPixelOut pixels, or why not.',
  );

const environment = z.object({
  cpuModel: z.string(),
  logicalCores: z.int().positive(),
  physicalCores: z.int().positive().exactOptional(),
  threadsPerCore: positive.exactOptional(),
  cgroup: z
    .object({
      version: z.union([z.literal(1), z.literal(2)]),
      quotaCores: positive.exactOptional(),
      throttledPeriods: count.exactOptional().describe('During the run.'),
    })
    .exactOptional(),
  usableCores: positive.describe('Affinity and quota together.'),
  pinnedTo: count.exactOptional().describe('CPU of the single-core figures.'),
  governor: z.string().exactOptional(),
  allocator: z.string(),
  memoryBytes: positive,
  loadAverage: notNegative.describe('Of the minute before the run.'),
  before: z.object({ otherCpu: notNegative, steal: share }).exactOptional(),
  otherCpu: notNegative.describe('Cores taken by processes that are not ours, over the run.'),
  steal: share.describe('Share of CPU time that the hypervisor took.'),
  versions: z.intersection(
    z.object({ node: z.string(), sharp: z.string(), libvips: z.string(), headroom: z.string() }),
    z.record(z.string(), z.string()),
  ),
  platform: z.string(),
});

const round = z.object({
  disturbed: z.boolean(),
  otherCpu: notNegative,
  steal: share,
  throttledPeriods: count,
  cpuSeconds: z.record(z.string(), positive).describe('CPU seconds per image, by class.'),
  kernelSeconds: z.record(z.string(), positive).describe('CPU seconds of the calibration kernel, by class.'),
});

/** The measurement file. Keys that are not known here are let through: later versions of headroom only add. */
export const measurementSchema = z
  .object({
    schema: z.literal(measurementVersion),
    run: z.iso.datetime().describe('Start of the run.'),
    complete: z.boolean().describe('False after an interruption.'),
    durationSeconds: notNegative,
    mode: z.enum(['quick', 'default', 'custom']),
    job,
    corpus: z.object({
      kind: z.enum(['synthetic', 'directory']),
      hash: z.string().min(1),
      meanBytes: positive,
      maxBytes: positive,
      images: z.int().positive(),
      progressive: share,
      seed: count.exactOptional(),
    }),
    environment,
    classes: z.array(classMeasurement).min(1),
    mix: z.object({
      cpuSeconds: positiveEstimate,
      serviceTime: distribution,
      bytesOut: positive,
      coresPerJob: positive,
    }),
    saturation: z.object({
      points: z.array(saturationPoint),
      efficiency: positiveEstimate.exactOptional(),
      scaling,
    }),
    costModel,
    memory: z.object({ peakRssBytes: positive }),
    kernel: z.string(),
    rounds: z.array(round).min(1),
    trust: z.object({
      verdict: z.enum(['trusted', 'limited', 'untrusted']),
      reasons: z.array(z.object({ code: z.string(), message: z.string(), advice: z.string() })),
    }),
  })
  .refine(({ classes }) => Math.abs(classes.reduce((sum, c) => sum + c.share, 0) - 1) < 1e-6, {
    error: 'shares of classes that add up to 1',
    path: ['classes'],
  })
  .describe('What headroom bench measured on one machine.') satisfies z.ZodType<Measurement>;
