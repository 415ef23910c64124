import type { Comparison, ComparisonVerdict, Ratio } from '../src/measurement/comparison.ts';
import type { Measurement, Round } from '../src/measurement/types.ts';
import { counted } from './counted.ts';
import { derivedSeed } from './random.ts';
import { fewestRounds } from './schedule.ts';
import { bootstrap, median, quantile } from './statistics.ts';

const confidence = 0.95;

/** Why two runs cannot be compared: each thing that differs, with both values. Empty if nothing does. */
export function incomparable(before: Measurement, after: Measurement): string[] {
  const facts: readonly (readonly [string, (m: Measurement) => unknown])[] = [
    ['job', (m) => describeJob(m)],
    ['corpus', (m) => m.corpus.hash.slice(0, 12)],
    ['images of each class', (m) => m.classes.map((c) => c.images).join(', ')],
    ['CPU', (m) => m.environment.cpuModel],
    ['logical cores', (m) => m.environment.logicalCores],
    ['usable cores', (m) => m.environment.usableCores],
    ['platform', (m) => m.environment.platform.split(' ')[0]],
    ['pinning to one CPU', (m) => (m.environment.pinnedTo === undefined ? 'no' : 'yes')],
    ['allocator', (m) => m.environment.allocator],
  ];
  return facts.flatMap(([name, of]) => {
    const [a, b] = [of(before), of(after)];
    return a === b ? [] : [`the ${name} differs: ${a} against ${b}`];
  });
}

/** Why a run is too short to be compared with any other; undefined if it is not. */
export function tooShort({ run, rounds, complete }: Measurement): string | undefined {
  if (rounds.length >= fewestRounds) return undefined;
  const why = complete ? '' : ', since it was interrupted';
  return `the run of ${run} has only ${counted(rounds.length, 'round')}${why}; ${fewestRounds} are needed`;
}

/** A job in words: `800 px jpeg, quality 80`. */
export function describeJob({ job }: Pick<Measurement, 'job'>): string {
  const size = job.height === undefined ? `${job.width} px` : `${job.width} x ${job.height} px`;
  const effort = job.effort === undefined ? '' : `, effort ${job.effort}`;
  return `${size} ${job.format}, quality ${job.quality}${effort}`;
}

/**
 * Compares two runs by CPU seconds per image, each divided by those of the calibration kernel timed around the
 * same class in the same round. The ratio is that of medians over rounds; its 95 % interval comes from
 * resampling the rounds of both runs. It is a regression if the mix's ratio is beyond the limit, its interval
 * excludes 1 (no change at all), and the ratio is above 1 without the kernel too; inconclusive if the interval
 * holds both 1 and the limit.
 * @throws RangeError if the limit is not above 0. The runs must be comparable (`incomparable` is empty, neither is `tooShort`).
 */
export function compareRuns(
  before: Measurement,
  after: Measurement,
  limit: number,
  seed: number,
): Comparison {
  if (!(limit > 0)) throw new RangeError(`allowed regression must be above 0, got ${limit}`);
  const calibrated = before.kernel === after.kernel && major(before) === major(after);
  const ratio = (of: (round: Round) => number) => ratioOf(before.rounds.map(of), after.rounds.map(of), seed);
  const raw = (round: Round, name: string) => round.cpuSeconds[name] ?? Number.NaN;
  const cost = (round: Round, name: string) =>
    raw(round, name) / (calibrated ? (round.kernelSeconds[name] ?? Number.NaN) : 1);
  const overMix = (of: typeof cost) => (round: Round) =>
    before.classes.reduce((sum, c) => sum + c.share * of(round, c.name), 0);
  const mix = ratio(overMix(cost));
  const uncalibrated = ratio(overMix(raw));
  return {
    verdict: verdictOf(mix, uncalibrated.value, limit),
    limit,
    confidence,
    calibrated,
    mix,
    uncalibrated,
    classes: before.classes.map(({ name }) => ({ name, ...ratio((round) => cost(round, name)) })),
    changed: changedVersions(before, after),
  };
}

/**
 * What the calibration alone shows is the calibration's: the change must have the same direction without it.
 */
function verdictOf(mix: Ratio, uncalibrated: number, limit: number): ComparisonVerdict {
  if (mix.value > 1 + limit && mix.low > 1 && uncalibrated > 1) return 'regression';
  if (mix.value < 1 / (1 + limit) && mix.high < 1 && uncalibrated < 1) return 'improvement';
  return mix.low <= 1 && mix.high > 1 + limit ? 'inconclusive' : 'no regression';
}

/** The compiler of another major version of node makes other code of the kernel. */
function major({ environment }: Measurement): string {
  return environment.versions.node.split('.')[0] ?? '';
}

function ratioOf(before: readonly number[], after: readonly number[], seed: number): Ratio {
  // Seeds apart, so that the resamples of the two runs are independent of each other.
  const a = bootstrap(before, median, derivedSeed(seed, 1));
  const b = bootstrap(after, median, derivedSeed(seed, 2));
  const ratios = b.map((value, i) => value / (a[i] as number));
  const tail = (1 - confidence) / 2;
  return {
    value: median(after) / median(before),
    low: quantile(ratios, tail),
    high: quantile(ratios, 1 - tail),
  };
}

function changedVersions(before: Measurement, after: Measurement): Comparison['changed'] {
  const [a, b] = [before.environment.versions, after.environment.versions];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort().flatMap((name) => {
    const [was, is] = [a[name] ?? 'absent', b[name] ?? 'absent'];
    return was === is ? [] : [{ name, before: was, after: is }];
  });
}
