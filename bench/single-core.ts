import type { ClassMeasurement, Measurement, Round } from '../src/measurement/types.ts';
import { type Corpus, type CorpusClass, type CorpusImage, meanOver } from './corpus.ts';
import type { Call } from './protocol.ts';
import type { BenchRound, SingleCoreRound } from './rounds.ts';
import { distribution, estimate, mean, median, type Weighted } from './statistics.ts';

/** What the single-core rounds say about classes and mix. */
export type SingleCore = Pick<Measurement, 'classes' | 'mix' | 'rounds'>;

/**
 * Sums up the single-core rounds. CPU seconds per image are medians over all rounds, since they survive a busy
 * machine. Service times are those of undisturbed rounds; if there is none, CPU seconds of every call stand
 * in, and say so.
 * @throws RangeError if there is no round.
 */
export function summariseSingleCore(
  corpus: Corpus,
  allRounds: readonly BenchRound[],
  seed: number,
): SingleCore {
  const rounds = allRounds.map((round) => round.single);
  const quiet = rounds.filter((round) => !round.disturbed);
  const timed = quiet.length > 0 ? quiet : rounds;
  const basis = quiet.length > 0 ? 'wall' : 'cpu';
  const timesOf = (index: number): Weighted[] =>
    callsOf(timed, index).map((call) => ({ value: call[basis], weight: 1 }));
  const helpers = helperFactor(corpus, allRounds);

  const classes = corpus.classes.map((c, index): ClassMeasurement => {
    const calls = callsOf(rounds, index);
    return {
      ...describe(corpus, index, calls),
      cpuSeconds: estimate(
        rounds.map((round) => cpuPerImage(round, index)),
        seed + index,
      ),
      serviceTime: distribution(timesOf(index), basis),
      coresPerJob: helpers(c),
    };
  });
  const all = corpus.classes.map((_, index) => index);
  return {
    classes,
    mix: {
      cpuSeconds: estimate(
        rounds.map((round) => overMix(corpus, (index) => cpuPerImage(round, index))),
        seed + all.length,
      ),
      serviceTime: distribution(mixTimes(corpus, timesOf), basis, false),
      bytesOut: overMix(corpus, (index) => (classes[index] as ClassMeasurement).bytesOut),
      coresPerJob: helpers(),
    },
    rounds: rounds.map((round) => describeRound(corpus, round)),
  };
}

/**
 * CPU seconds of every image of the corpus, by its index in the whole: median over its calls, else that of its
 * class.
 */
export function cpuByImage(corpus: Corpus, rounds: readonly BenchRound[]): Map<number, number> {
  const byImage = new Map<number, number[]>();
  for (const round of rounds) {
    for (const { calls } of round.single.classes) {
      for (const call of calls) byImage.set(call.image, [...(byImage.get(call.image) ?? []), call.cpu]);
    }
  }
  const known = new Map([...byImage].map(([image, values]) => [image, median(values)]));
  let offset = 0;
  for (const c of corpus.classes) {
    const indices = c.images.map((_, i) => offset + i);
    const measured = indices.flatMap((index) => known.get(index) ?? []);
    for (const index of indices)
      if (!known.has(index) && measured.length > 0) known.set(index, mean(measured));
    offset += c.images.length;
  }
  return known;
}

function callsOf(rounds: readonly SingleCoreRound[], index: number): readonly Call[] {
  return rounds.flatMap((round) => round.classes[index]?.calls ?? []);
}

function cpuPerImage(round: SingleCoreRound, index: number): number {
  return mean((round.classes[index]?.calls ?? []).map((call) => call.cpu));
}

function overMix(corpus: Corpus, of: (index: number) => number): number {
  return corpus.classes.reduce((sum, c, index) => sum + c.share * of(index), 0);
}

/**
 * Cores that one job keeps busy, helper threads included, of a class or of all: CPU over wall time in the
 * undisturbed windows with a single process that may run anywhere; 1 where there is no such window.
 */
function helperFactor(corpus: Corpus, rounds: readonly BenchRound[]): (c?: CorpusClass) => number {
  const classes = corpus.classes.flatMap((c) => c.images.map(() => c));
  const jobs = rounds
    .flatMap((round) => round.loops)
    .filter((loop) => loop.processes === 1 && !loop.disturbed)
    .flatMap((loop) => loop.workers.flatMap((worker) => worker.jobs));
  return (c) => {
    const own = jobs.filter((job) => c === undefined || classes[job.image] === c);
    if (own.length === 0) return 1;
    return mean(own.map((job) => job.cpu)) / mean(own.map((job) => job.end - job.start));
  };
}

/** A call counts by its class's share of the mix, however many calls the class had. */
function mixTimes(corpus: Corpus, timesOf: (index: number) => Weighted[]): Weighted[] {
  return corpus.classes.flatMap((c, index) => {
    const times = timesOf(index);
    return times.map(({ value }) => ({ value, weight: c.share / times.length }));
  });
}

/** The class as it was measured: a slow job uses only some of its images. */
function describe(corpus: Corpus, index: number, calls: readonly Call[]) {
  const { name, share } = corpus.classes[index] as CorpusClass;
  const all = corpus.classes.flatMap((c) => c.images);
  const images = [...new Set(calls.map((call) => call.image))].map((image) => all[image] as CorpusImage);
  const over = (of: (image: CorpusImage) => number) => meanOver(images, of);
  return {
    name,
    share,
    images: images.length,
    bytesIn: over((image) => image.bytes),
    bytesOut: mean(calls.map((call) => call.bytesOut)),
    width: over((image) => image.width),
    height: over((image) => image.height),
    progressive: over((image) => (image.progressive ? 1 : 0)),
  };
}

function describeRound(corpus: Corpus, round: SingleCoreRound): Round {
  const byName = (of: (index: number) => number) =>
    Object.fromEntries(corpus.classes.map((c, index) => [c.name, of(index)]));
  const { otherCpu, steal, throttledPeriods } = round.noise;
  return {
    disturbed: round.disturbed,
    otherCpu,
    steal,
    throttledPeriods,
    cpuSeconds: byName((index) => cpuPerImage(round, index)),
    kernelSeconds: byName((index) => mean(round.classes[index]?.kernel ?? [])),
  };
}
