import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { cacheFolder } from '../../bench/cache-folder.ts';
import type { Corpus } from '../../bench/corpus.ts';
import { syntheticCorpus } from '../../bench/corpus-cache.ts';
import { directoryCorpus, UnusableImages } from '../../bench/corpus-directory.ts';
import { NothingMeasured, runBench } from '../../bench/run.ts';
import { fewestRounds } from '../../bench/schedule.ts';
import { workerPath } from '../../bench/worker-path.ts';
import type { Measurement } from '../measurement/types.ts';
import { InvalidInput } from '../problems/problem.ts';
import { checkedJob, type JobFlags, outside } from './bench-job.ts';

/** How far a phase is. */
export interface Progress {
  readonly phase: 'corpus' | 'measuring';
  readonly done: number;
  readonly total: number;
  readonly remainingSeconds?: number;
}

export interface BenchRequest {
  readonly cwd: string;
  readonly quick: boolean;
  readonly rounds?: number | undefined;
  readonly job: JobFlags;
  /** A folder of the user's own images instead of the synthetic corpus. */
  readonly images?: string | undefined;
  readonly seed: number;
  readonly output: string;
  readonly version: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  readonly onNotice: (message: string) => void;
}

export interface BenchResult {
  /** Absent when the run was interrupted before anything was measured; then no file is written. */
  readonly measurement?: Measurement;
}

/**
 * Measures the resizes of a job on this machine and writes the measurement file, whole. After an interruption
 * what was measured is written too, marked incomplete. Throws InvalidInput for what cannot be measured as
 * asked.
 */
export async function measure(request: BenchRequest): Promise<BenchResult> {
  const job = checkedJob(request.job);
  const { rounds, seed } = request;
  const problems = [
    ...(rounds === undefined ? [] : outside('--rounds', rounds, fewestRounds, 1000)),
    ...outside('--seed', seed, 0, 0xffffffff),
  ];
  if (problems.length > 0) throw new InvalidInput(problems);
  const output = checkedOutput(request);
  try {
    const corpus = await corpusOf(request);
    const measurement = await runBench({
      job,
      mode: request.quick ? 'quick' : 'default',
      ...(rounds === undefined ? {} : { rounds }),
      corpus,
      seed,
      workerPath: workerPath(),
      headroomVersion: request.version,
      plant: plantedFactor(),
      onProgress: (progress) => request.onProgress({ phase: 'measuring', ...progress }),
      signal: request.signal,
    });
    await writeMeasurement(output, measurement);
    return { measurement };
  } catch (error) {
    if (error instanceof NothingMeasured || (request.signal.aborted && error === request.signal.reason))
      return {};
    throw error;
  }
}

async function corpusOf(request: BenchRequest): Promise<Corpus> {
  const { images, seed, signal, onNotice } = request;
  if (images === undefined) {
    return syntheticCorpus({
      seed,
      cacheFolder: cacheFolder(),
      signal,
      onNotice,
      onProgress: (done, total) => request.onProgress({ phase: 'corpus', done, total }),
    });
  }
  try {
    return await directoryCorpus(resolve(request.cwd, images));
  } catch (error) {
    if (!(error instanceof UnusableImages)) throw error;
    throw new InvalidInput(imageProblems(error));
  }
}

function imageProblems({ files, message }: UnusableImages): InvalidInput['problems'] {
  if (files.length === 0) {
    return [
      { code: 'bad-file', message, advice: 'name a folder of JPEG, PNG, WebP or AVIF files with --images' },
    ];
  }
  return files.map(({ path, reason }) => ({
    code: 'bad-file',
    file: path,
    message: `cannot be decoded: ${reason}`,
    advice: 'remove or repair the file',
  }));
}

/** Found now, not after the minute of measuring. */
function checkedOutput({ cwd, output }: BenchRequest): string {
  const path = resolve(cwd, output);
  const folder = dirname(path);
  const isFolder = existsSync(path) && statSync(path).isDirectory();
  if (isFolder || !existsSync(folder)) {
    const message = isFolder
      ? `--output ${output} is a folder`
      : `the folder of --output ${output} does not exist`;
    throw new InvalidInput([{ code: 'bad-flag', message, advice: 'name a file in an existing folder' }]);
  }
  return path;
}

async function writeMeasurement(path: string, measurement: Measurement): Promise<void> {
  const { default: writeFileAtomic } = await import('write-file-atomic');
  await writeFileAtomic(path, `${JSON.stringify(measurement, null, 2)}\n`);
}

/** The benchmark's self-test: `HEADROOM_BENCH_PLANT=1.2` does 1.2 times the work. */
function plantedFactor(): number {
  const { HEADROOM_BENCH_PLANT: text } = process.env;
  const factor = Number(text ?? 1);
  if (factor >= 1 && factor <= 100) return factor;
  const message = `HEADROOM_BENCH_PLANT is ${text}`;
  throw new InvalidInput([{ code: 'bad-flag', message, advice: 'give a factor from 1 to 100, or unset it' }]);
}
