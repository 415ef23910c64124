import { setTimeout as sleep } from 'node:timers/promises';
import type { Job, Measurement } from '../src/measurement/types.ts';
import { assemble } from './assemble.ts';
import type { Corpus } from './corpus.ts';
import { type CostTarget, costTargets } from './cost-model.ts';
import { noiseBetween, readCounters, type WindowNoise } from './cpu-accounting.ts';
import { readMachine } from './environment.ts';
import { cpuSeconds } from './kernel.ts';
import { type ReadText, readSystemText } from './read-text.ts';
import { measureRound, type RoundContext } from './round.ts';
import type { BenchRound } from './rounds.ts';
import { expectedSeconds, modeOf, planSchedule, type Schedule } from './schedule.ts';
import { median } from './statistics.ts';
import { startPool, type WorkerPool } from './worker-pool.ts';

/** How far a run is; for a progress line. */
export interface BenchProgress {
  readonly done: number;
  readonly total: number;
  readonly remainingSeconds: number;
}

export interface BenchOptions {
  readonly job: Job;
  readonly mode: 'quick' | 'default';
  /** Another number of rounds than the mode's; makes the mode `custom`. */
  readonly rounds?: number;
  /** Another length than the mode's; makes the mode `custom` too. */
  readonly seconds?: number;
  readonly corpus: Corpus;
  /** Of the resampling behind the intervals. */
  readonly seed: number;
  readonly workerPath: string;
  readonly headroomVersion: string;
  /** Self-test: do this many times the work. */
  readonly plant?: number;
  readonly onProgress?: (progress: BenchProgress) => void;
  /** Ends the run early; what was measured by then is kept. */
  readonly signal?: AbortSignal;
  readonly readText?: ReadText;
}

/** The run was interrupted before a round was complete: there is nothing to keep. */
export class NothingMeasured extends Error {
  constructor() {
    super('interrupted before the first round was complete; nothing was measured');
    this.name = 'NothingMeasured';
  }
}

/** A request that takes longer has hung. */
const watchdogSeconds = 180;
const beforeSeconds = 0.3;
const warmUpImages = 3;
const warmUpSeconds = 0.2;

/**
 * Measures a job on this machine: rounds that each hold every class on a single core and every number of
 * processes at saturation, interleaved. An abort keeps the complete single-core rounds and gives `complete:
 * false`.
 * @throws NothingMeasured when it is aborted too early; WorkerFailure when a resize fails or hangs.
 */
export async function runBench(options: BenchOptions): Promise<Measurement> {
  const startedAt = new Date();
  const read = options.readText ?? readSystemText;
  const machine = readMachine(read);
  const before = await noiseBefore(read);
  const pool = await startPool({
    workerPath: options.workerPath,
    paths: options.corpus.classes.flatMap((c) => c.images.map((image) => image.path)),
    job: options.job,
    plant: options.plant ?? 1,
    timeoutSeconds: watchdogSeconds,
    ...(machine.pinnedTo === undefined ? {} : { pinnedTo: machine.pinnedTo }),
  });
  const stop = () => pool.kill();
  options.signal?.addEventListener('abort', stop, { once: true });
  const rounds: BenchRound[] = [];
  const targets = costTargets(options.job, options.corpus);
  try {
    options.signal?.throwIfAborted();
    const warm = await warmUp(pool, options.corpus);
    const schedule = planSchedule(options.mode, options.corpus, warm, machine.usableCores, options);
    const context = contextOf(options, schedule, pool, read, machine, targets);
    await warmUpAll(pool, schedule);
    await measureRounds(context, schedule, expectedSeconds(schedule, warm), rounds, options.onProgress);
    return finish(schedule);
  } catch (error) {
    if (!options.signal?.aborted) throw error;
    if (rounds.length === 0) throw new NothingMeasured();
    return finish({ mode: modeOf(options.mode, options) });
  } finally {
    options.signal?.removeEventListener('abort', stop);
    pool.kill();
  }

  function finish({ mode }: Pick<Schedule, 'mode'>): Measurement {
    return assemble({
      run: startedAt,
      complete: !options.signal?.aborted,
      mode,
      job: options.job,
      corpus: options.corpus,
      machine,
      before,
      rounds,
      targets,
      versions: { ...pool.versions, node: process.versions.node, headroom: options.headroomVersion },
      peakRssBytes: pool.peakRssBytes(),
      seed: options.seed,
    });
  }
}

async function noiseBefore(read: ReadText): Promise<WindowNoise> {
  const [counters, own] = [readCounters(read), cpuSeconds()];
  await sleep(beforeSeconds * 1000);
  return noiseBetween(counters, readCounters(read), cpuSeconds() - own);
}

/**
 * CPU seconds per image of each class, from a few images; the first call of a process is slower and thus left
 * out.
 */
async function warmUp(pool: WorkerPool, corpus: Corpus): Promise<number[]> {
  const result: number[] = [];
  let offset = 0;
  for (const c of corpus.classes) {
    const images = c.images.slice(0, warmUpImages).map((_, i) => offset + i);
    const pass = await pool.single.pass({ images, passes: 1 });
    result.push(median(pass.calls.map((call) => call.cpu)));
    offset += c.images.length;
  }
  return result;
}

async function warmUpAll(pool: WorkerPool, schedule: Schedule): Promise<void> {
  await pool.grow(Math.max(...schedule.processCounts));
  const from = process.hrtime.bigint();
  const until = from + BigInt(Math.round(warmUpSeconds * 1e9));
  await Promise.all(pool.workers.map((worker) => worker.loop({ sequence: [0], start: 0, from, until })));
}

function contextOf(
  options: BenchOptions,
  schedule: Schedule,
  pool: WorkerPool,
  read: ReadText,
  machine: { usableCores: number; logicalCores: number },
  targets: readonly CostTarget[],
): RoundContext {
  const usableShare = Math.min(1, machine.usableCores / machine.logicalCores);
  return { corpus: options.corpus, schedule, pool, read, usableShare, targets };
}

async function measureRounds(
  context: RoundContext,
  schedule: Schedule,
  expected: number,
  rounds: BenchRound[],
  onProgress: BenchOptions['onProgress'],
): Promise<void> {
  const started = performance.now();
  const stepsPerRound = 1 + schedule.processCounts.length;
  const total = schedule.rounds * stepsPerRound;
  let done = 0;
  const step = () => {
    done += 1;
    const elapsed = (performance.now() - started) / 1000;
    // The plan's own estimate until there is something better.
    const pace = done < stepsPerRound ? Math.max(expected / total, elapsed / done) : elapsed / done;
    onProgress?.({ done, total, remainingSeconds: pace * (total - done) });
  };
  onProgress?.({ done, total, remainingSeconds: expected });
  for (let round = 0; round < schedule.rounds; round++) await measureRound(context, round, rounds, step);
}
