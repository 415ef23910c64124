import type { Measurement } from '../src/measurement/types.ts';
import type { Corpus } from './corpus.ts';

/** How long and how often to measure. */
export interface Schedule {
  readonly mode: Measurement['mode'];
  readonly rounds: number;
  /** Passes over the images of a class in a round. */
  readonly passes: number;
  /** Indices of the images used, by class. */
  readonly images: readonly (readonly number[])[];
  /** Length of one saturation window. */
  readonly loopSeconds: number;
  readonly processCounts: readonly number[];
}

/** What the caller wants otherwise than the mode says. */
export interface OwnLength {
  readonly rounds?: number;
  readonly seconds?: number;
}

/** Fewer rounds give no interval worth the name. */
export const fewestRounds = 5;

/** Seconds for rounds; starting, warming up and the ends of windows come on top. */
const budgets = {
  quick: { seconds: 10.2, rounds: fewestRounds },
  default: { seconds: 47, rounds: 8 },
} as const;
/**
 * Numbers of images a class that a slow job may be cut down to: few steps, so that equal machines choose
 * equally.
 */
const cutDowns = [Number.POSITIVE_INFINITY, 40, 10, 5, 2, 1] as const;
const singleCoreShare = 0.45;
const shortestLoop = 0.3;
const longestLoop = 2;
/** A window must hold some jobs to the end. */
const jobsPerLoop = 3;

/**
 * Plans a run from the CPU seconds that one image of each class took in the warm-up (not from wall time, so
 * that a busy machine measures the same work as a quiet one): 15 s for `quick`, 60 s otherwise, on two idle
 * cores and for the default job. A slow job uses fewer images, never fewer rounds than five.
 */
export function planSchedule(
  mode: 'quick' | 'default',
  corpus: Corpus,
  cpuSecondsByClass: readonly number[],
  usableCores: number,
  own: OwnLength = {},
): Schedule {
  const budget = budgets[mode];
  const perRound = (own.seconds ?? budget.seconds) / budget.rounds;
  const cost = (limit: number) =>
    corpus.classes.reduce(
      (sum, c, i) => sum + Math.min(limit, c.images.length) * (cpuSecondsByClass[i] ?? 0),
      0,
    );
  const limit = cutDowns.find((n) => cost(n) <= perRound) ?? 1;
  const passSeconds = cost(limit);
  const slow = passSeconds > perRound;
  const passes = Math.max(1, Math.floor((singleCoreShare * perRound) / passSeconds));
  const processCounts = slow ? fewestProcessCounts(usableCores) : chooseProcessCounts(usableCores);
  const mixSeconds = corpus.classes.reduce((sum, c, i) => sum + c.share * (cpuSecondsByClass[i] ?? 0), 0);
  const left = (perRound - passes * passSeconds) / processCounts.length;
  return {
    mode: modeOf(mode, own),
    rounds: Math.max(fewestRounds, own.rounds ?? (slow ? fewestRounds : budget.rounds)),
    passes,
    images: corpus.classes.map((c) => evenly(c.images.length, limit)),
    loopSeconds: Math.max(
      Math.min(longestLoop, Math.max(shortestLoop, left)),
      (slow ? 1 : jobsPerLoop) * mixSeconds,
    ),
    processCounts,
  };
}

/** The mode that a run of the wanted length counts as. */
export function modeOf(mode: 'quick' | 'default', own: OwnLength): Schedule['mode'] {
  return own.rounds === undefined && own.seconds === undefined ? mode : 'custom';
}

/** At most `limit` of `count` indices, evenly spread. */
function evenly(count: number, limit: number): number[] {
  const kept = Math.min(count, limit);
  return Array.from({ length: kept }, (_, i) => Math.floor(((i + 0.5) * count) / kept));
}

/**
 * Numbers of processes to measure: every count up to four cores, six spread ones above, and some oversubscription
 * (one and a half times and, on small machines, twice the cores).
 */
export function chooseProcessCounts(usableCores: number): number[] {
  const cores = Math.max(1, Math.floor(usableCores));
  const within =
    cores <= 4
      ? Array.from({ length: cores }, (_, i) => i + 1)
      : [1, 2, cores / 4, cores / 2, (3 * cores) / 4, cores].map(Math.round);
  const beyond = cores <= 4 ? [1.5 * cores, 2 * cores] : [1.5 * cores];
  return [...new Set([...within, ...beyond.map(Math.ceil)])].sort((a, b) => a - b);
}

/** For jobs of seconds: what the efficiency needs. */
function fewestProcessCounts(usableCores: number): number[] {
  return [...new Set([1, Math.max(1, Math.floor(usableCores))])];
}

/** Seconds that the rounds will take on an idle machine. */
export function expectedSeconds(schedule: Schedule, cpuSecondsByClass: readonly number[]): number {
  const pass = schedule.images.reduce((sum, list, i) => sum + list.length * (cpuSecondsByClass[i] ?? 0), 0);
  return (
    schedule.rounds * (schedule.passes * pass * 1.15 + schedule.processCounts.length * schedule.loopSeconds)
  );
}
