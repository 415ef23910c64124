import type { Environment, Job, Measurement } from '../src/measurement/types.ts';
import { type Corpus, type CorpusImage, corpusSummary } from './corpus.ts';
import {
  type CostPoint,
  type CostTarget,
  costModelRefusal,
  costPoint,
  fitCostModel,
  meanPoint,
} from './cost-model.ts';
import { overallNoise, type WindowNoise } from './cpu-accounting.ts';
import { environmentOf, type Machine } from './environment.ts';
import { kernelName } from './kernel.ts';
import type { Call, PassResult } from './protocol.ts';
import type { BenchRound, SingleCoreRound } from './rounds.ts';
import { summariseSaturation } from './saturation.ts';
import { fitScaling } from './scaling.ts';
import { cpuByImage, summariseSingleCore } from './single-core.ts';
import { mean, median } from './statistics.ts';
import { judge } from './trust.ts';

/** All that a run gathered. */
export interface RunRecord {
  readonly run: Date;
  readonly complete: boolean;
  readonly mode: Measurement['mode'];
  readonly job: Job;
  readonly corpus: Corpus;
  readonly machine: Machine;
  readonly before: WindowNoise;
  readonly rounds: readonly BenchRound[];
  readonly targets: readonly CostTarget[];
  readonly versions: Readonly<Record<string, string>>;
  readonly peakRssBytes: number;
  readonly seed: number;
}

/** The measurement that a run gives. @throws RangeError if it has no round. */
export function assemble(record: RunRecord): Measurement {
  const { corpus, rounds, machine, seed } = record;
  const noise = overallNoise(rounds.flatMap((r) => [r.single.noise, ...r.loops.map((l) => l.noise)]));
  const environment = environmentOf(machine, record.before, noise, versionsOf(record.versions));
  const single = summariseSingleCore(corpus, rounds, seed);
  const byImage = cpuByImage(corpus, rounds);
  const weight = (image: number) => (byImage.get(image) ?? 0) / single.mix.cpuSeconds.value;
  const saturation = summariseSaturation(rounds, machine.usableCores, weight, fitScaling, seed);
  const { complete } = record;
  return {
    schema: 'headroom/measurement/v1',
    run: record.run.toISOString(),
    complete,
    durationSeconds: (Date.now() - record.run.getTime()) / 1000,
    mode: record.mode,
    job: record.job,
    corpus: corpusSummary(corpus),
    environment,
    ...single,
    saturation,
    costModel: costModelOf(record),
    memory: { peakRssBytes: record.peakRssBytes },
    kernel: kernelName,
    trust: judge({ complete, rounds: single.rounds, classes: single.classes, saturation, environment }),
  };
}

function versionsOf(all: Readonly<Record<string, string>>): Environment['versions'] {
  const { node = 'unknown', sharp = 'unknown', libvips = 'unknown', headroom = 'unknown' } = all;
  return { ...all, node, sharp, libvips, headroom };
}

function costModelOf({ corpus, job, rounds, targets }: RunRecord): Measurement['costModel'] {
  const refused = costModelRefusal(job, corpus);
  if (refused !== undefined) return { refused };
  const images = corpus.classes.flatMap((c) => c.images);
  const steady = steadyCalls(rounds);
  const ofClasses = corpus.classes.map((_, i) =>
    pointOf(
      steady((r) => r.classes[i]),
      images,
      job,
    ),
  );
  const ofTargets = targets.map((target, i) =>
    pointOf(
      steady((r) => r.targets[i]),
      images,
      { width: target.width },
    ),
  );
  const points = [...ofClasses, ...ofTargets].filter((point) => point !== undefined);
  return fitCostModel(points, job.format);
}

/**
 * Calls of one kind over all rounds, with their CPU seconds brought to the run's median clock by the kernel
 * that was timed beside them: points of a fit must not differ by the moment at which they were measured.
 */
function steadyCalls(
  rounds: readonly BenchRound[],
): (pick: (round: SingleCoreRound) => PassResult | undefined) => Call[] {
  const passes = rounds.flatMap(({ single }) => [...single.classes, ...single.targets]);
  const usual = median(passes.flatMap((pass) => pass.kernel));
  return (pick) =>
    rounds.flatMap(({ single }) => {
      const pass = pick(single);
      if (!pass) return [];
      const clock = usual / mean(pass.kernel);
      return pass.calls.map((call) => ({ ...call, cpu: call.cpu * clock }));
    });
}

/**
 * One point from calls of one kind: medians over an image's calls, means over the images that the model
 * covers.
 */
function pointOf(
  calls: readonly Call[],
  images: readonly CorpusImage[],
  job: Pick<Job, 'width' | 'height'>,
): CostPoint | undefined {
  const points = [...new Set(calls.map((call) => call.image))].flatMap((index) => {
    const image = images[index];
    const cpu = calls.filter((call) => call.image === index).map((call) => call.cpu);
    const point = image && costPoint(image, job, median(cpu));
    return point ? [point] : [];
  });
  return points.length > 0 ? meanPoint(points) : undefined;
}
