import type { Job } from '../src/measurement/types.ts';
import { cpuSeconds } from './kernel.ts';
import { startWorker, type WorkerProcess } from './worker-process.ts';

export interface PoolOptions {
  readonly workerPath: string;
  readonly paths: readonly string[];
  readonly job: Job;
  readonly plant: number;
  readonly timeoutSeconds: number;
  readonly pinnedTo?: number;
}

/** Worker processes with the corpus loaded; they live as long as the run. */
export interface WorkerPool {
  /** Measures on a single core; pinned to one CPU where the platform can. */
  readonly single: WorkerProcess;
  /** For saturation; free to run anywhere. */
  readonly workers: readonly WorkerProcess[];
  /** Of the library in the workers. */
  readonly versions: Readonly<Record<string, string>>;
  /** Starts more until there are `count`. */
  grow(count: number): Promise<void>;
  /** CPU seconds of this process and of all workers as of their last answers. */
  ownCpuSeconds(): number;
  peakRssBytes(): number;
  /** Ends all workers at once. */
  kill(): void;
}

/**
 * Starts a pool with the single-core worker alone. @throws WorkerFailure if it does not start or cannot read
 * the corpus.
 */
export async function startPool(options: PoolOptions): Promise<WorkerPool> {
  const workers: WorkerProcess[] = [];
  const { workerPath, timeoutSeconds, pinnedTo, ...load } = options;
  const single = startWorker(workerPath, timeoutSeconds, pinnedTo);
  const add = async () => {
    const worker = startWorker(workerPath, timeoutSeconds);
    workers.push(worker);
    await worker.load(load);
  };
  const kill = () => {
    for (const worker of [single, ...workers]) worker.kill();
  };
  try {
    const { versions } = await single.load(load);
    return {
      single,
      workers,
      versions,
      grow: async (count) => {
        await Promise.all(Array.from({ length: Math.max(0, count - workers.length) }, add));
      },
      ownCpuSeconds: () =>
        workers.reduce(
          (sum, worker) => sum + worker.usage.cpuSeconds,
          single.usage.cpuSeconds + cpuSeconds(),
        ),
      peakRssBytes: () =>
        Math.max(single.usage.peakRssBytes, ...workers.map((worker) => worker.usage.peakRssBytes)),
      kill,
    };
  } catch (error) {
    kill();
    throw error;
  }
}
