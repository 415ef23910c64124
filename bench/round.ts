import type { Corpus } from './corpus.ts';
import type { CostTarget } from './cost-model.ts';
import { isDisturbed, noiseBetween, readCounters, type WindowNoise } from './cpu-accounting.ts';
import { mixSequence } from './mix-sequence.ts';
import type { PassResult } from './protocol.ts';
import type { ReadText } from './read-text.ts';
import type { BenchRound, LoopRound, SingleCoreRound } from './rounds.ts';
import type { Schedule } from './schedule.ts';
import type { WorkerPool } from './worker-pool.ts';

export interface RoundContext {
  readonly corpus: Corpus;
  readonly schedule: Schedule;
  readonly pool: WorkerPool;
  readonly read: ReadText;
  /** Share of the machine's cores that we may use. */
  readonly usableShare: number;
  readonly targets: readonly CostTarget[];
}

/** Baseline images of a class that each cost target resizes. */
const imagesPerTarget = 2;
const sequenceLength = 400;
/** Workers walk the sequence from places that are far apart, and from others in each round. */
const stride = 37;
/** All workers have their request before the window begins. */
const leadSeconds = 0.02;

/**
 * Measures one round and adds it to `rounds` as soon as its single-core part is whole, so that an interruption
 * later keeps it. Classes and numbers of processes start at another place in each round: slow changes of the
 * host then touch all alike. `onStep` is called after the single-core part and after each window.
 */
export async function measureRound(
  context: RoundContext,
  index: number,
  rounds: BenchRound[],
  onStep: () => void,
): Promise<void> {
  const single = await measureSingleCore(context, index);
  const loops: LoopRound[] = [];
  rounds.push({ single, loops });
  onStep();
  for (const processes of rotated(context.schedule.processCounts, index)) {
    loops.push(await measureLoop(context, processes, index));
    onStep();
  }
}

async function measureSingleCore(context: RoundContext, index: number): Promise<SingleCoreRound> {
  const { corpus, schedule } = context;
  const worker = context.pool.single;
  const offsets = imageOffsets(corpus);
  const { result, noise } = await during(context, async () => {
    const classes: PassResult[] = [];
    for (const at of rotated([...corpus.classes.keys()], index)) {
      const images = (schedule.images[at] ?? []).map((image) => (offsets[at] ?? 0) + image);
      classes[at] = await worker.pass({ images, passes: schedule.passes });
    }
    const targets: PassResult[] = [];
    for (const target of context.targets) {
      const images = baselineImages(corpus, target.classIndex, offsets);
      targets.push(await worker.pass({ images, passes: 1, width: target.width }));
    }
    return { classes, targets };
  });
  return { ...result, noise, disturbed: isDisturbed(noise, context.usableShare) };
}

async function measureLoop(context: RoundContext, processes: number, index: number): Promise<LoopRound> {
  const { corpus, schedule, pool } = context;
  const offsets = imageOffsets(corpus);
  const sequence = mixSequence(
    corpus.classes.map((c) => c.share),
    schedule.images.map((list, at) => list.map((image) => (offsets[at] ?? 0) + image)),
    sequenceLength,
  );
  const from = process.hrtime.bigint() + nanoseconds(leadSeconds);
  const until = from + nanoseconds(schedule.loopSeconds);
  const { result, noise } = await during(context, () =>
    Promise.all(
      pool.workers
        .slice(0, processes)
        .map((worker, i) => worker.loop({ sequence, start: (i + index * processes) * stride, from, until })),
    ),
  );
  const disturbed = isDisturbed(noise, context.usableShare);
  return { processes, seconds: schedule.loopSeconds, noise, disturbed, workers: result };
}

/** Runs some work and tells what others did on the machine meanwhile. */
async function during<T>(
  { pool, read }: RoundContext,
  work: () => Promise<T>,
): Promise<{ result: T; noise: WindowNoise }> {
  const [before, own] = [readCounters(read), pool.ownCpuSeconds()];
  const result = await work();
  return { result, noise: noiseBetween(before, readCounters(read), pool.ownCpuSeconds() - own) };
}

/** Index of each class's first image among all images of the corpus. */
function imageOffsets(corpus: Corpus): number[] {
  let next = 0;
  return corpus.classes.map((c) => {
    const offset = next;
    next += c.images.length;
    return offset;
  });
}

/** Progressive images would tilt the model, unless the class has no others. */
function baselineImages(corpus: Corpus, classIndex: number, offsets: readonly number[]): number[] {
  const images = corpus.classes[classIndex]?.images ?? [];
  const indices = [...images.keys()];
  const baseline = indices.filter((i) => !images[i]?.progressive);
  return (baseline.length > 0 ? baseline : indices)
    .slice(0, imagesPerTarget)
    .map((i) => (offsets[classIndex] ?? 0) + i);
}

function rotated<T>(list: readonly T[], by: number): T[] {
  const at = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}

function nanoseconds(seconds: number): bigint {
  return BigInt(Math.round(seconds * 1e9));
}
