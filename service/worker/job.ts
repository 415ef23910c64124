import type { Job, Outcome } from '../contracts/job.ts';
import type { Delivery } from '../contracts/queue.ts';
import type { UsageLog, UsageRecord } from '../contracts/usage.ts';
import { retry } from '../shared/backoff.ts';
import type { WorkerConfig } from '../shared/config-types.ts';
import type { Logger } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import type { Buffers } from './buffers.ts';
import type { ApiServers, Delivered } from './internal-http.ts';
import type { Pool } from './pool.ts';
import type { Answer } from './protocol.ts';
import { ProcessDied, TaskTimedOut } from './resize-child.ts';

export interface JobTools {
  readonly config: WorkerConfig;
  readonly pool: Pool;
  readonly api: ApiServers;
  readonly buffers: Buffers;
  readonly usageLog: UsageLog;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Label of a customer for CPU time. */
  readonly labelOf: (customer: string, cpuMicroseconds: number) => string;
  /** Name of this worker in usage records. */
  readonly worker: string;
  /** Aborted when the worker must end: what is not finished goes back. */
  readonly signal: AbortSignal;
}

type JobOutcome = 'done' | 'refused' | 'timed_out' | 'crashed' | 'handed_back';

/**
 * How long an API server that cannot be reached is tried, in milliseconds. With `wait` the customer hangs on that
 * server's connection, so little is lost with it; with `poll` the result is wanted by a server that starts again.
 */
const patience = { wait: 2000, poll: 5000 } as const;
/** A job whose API server is down comes back after this time, in milliseconds. */
const laterMs = 1000;

/** Does one job from its delivery to its settling. Rejects where the queue did not confirm the settling. */
export async function doJob(delivery: Delivery, tools: JobTools): Promise<void> {
  const { config, metrics, signal } = tools;
  const beat = setInterval(() => void delivery.working().catch(() => {}), (config.queue.ackWait * 1000) / 3);
  try {
    await work(delivery, tools);
  } catch (error) {
    if (!signal.aborted) throw error;
    metrics.add('headroom_worker_jobs_total', { outcome: 'handed_back' satisfies JobOutcome });
    await delivery.handBack();
  } finally {
    clearInterval(beat);
  }
}

async function work(delivery: Delivery, tools: JobTools): Promise<void> {
  const { job } = delivery;
  const { api, buffers, pool, config, signal } = tools;
  if (isLate(job)) return delivery.expire();
  const fetched = await api.fetchBody(job, patienceFor(job), signal);
  if (fetched.kind === 'gone') return delivery.expire();
  if (fetched.kind === 'unreachable') return giveUp(delivery);
  if (fetched.kind === 'too-large') {
    const detail = `the body has more than ${config.limits.bodyBytes} bytes`;
    return refuse(delivery, { kind: 'refused', code: 'unsupported', detail }, 'refused', tools);
  }
  const task = { image: fetched.bytes, resize: job.resize, pixels: config.limits.pixels };
  let answer: Answer | undefined;
  try {
    answer = await pool.run(() => (isLate(job) ? undefined : task), signal);
  } catch (error) {
    if (error instanceof TaskTimedOut) {
      const outcome = { kind: 'refused', code: 'too-slow', detail: error.message } as const;
      return refuse(delivery, outcome, 'timed_out', tools);
    }
    if (error instanceof ProcessDied) return survive(delivery, error, tools);
    throw error;
  } finally {
    buffers.give(fetched.bytes);
  }
  if (!answer) return delivery.expire();
  account(job, answer, tools);
  const { resized } = answer;
  if (resized.kind === 'refused') return refuse(delivery, resized, 'refused', tools);
  await finish(
    delivery,
    { ...resized, cpuMicroseconds: answer.cpuMicroseconds },
    fetched.bytes.length,
    tools,
  );
}

/** Hands the image in, logs the usage, and only then lets go of the job: what was served is billed. */
async function finish(
  delivery: Delivery,
  outcome: Extract<Outcome, { kind: 'done' }>,
  bytesIn: number,
  tools: JobTools,
): Promise<void> {
  const { job } = delivery;
  const { api, metrics, signal, worker } = tools;
  const finishedAt = Date.now();
  const delivered = await api.deliver(job, outcome, patienceFor(job), signal);
  // A server that keeps its jobs on disk will ask for this one again.
  if (delivered === 'unreachable' && job.mode === 'poll' && !isLate(job)) return delivery.handBack(laterMs);
  await log(
    {
      requestId: job.id,
      customer: job.customer,
      finishedAt,
      deadlineAt: job.deadlineAt,
      bytesIn,
      bytesOut: outcome.image.length,
      pixels: outcome.pixelsIn,
      cpuMicroseconds: outcome.cpuMicroseconds,
      outcome: usageOutcome(delivered, finishedAt, job),
      worker,
    },
    tools,
  );
  await delivery.acknowledge();
  metrics.add('headroom_worker_jobs_total', { outcome: 'done' satisfies JobOutcome });
}

function usageOutcome(delivered: Delivered, finishedAt: number, job: Job): UsageRecord['outcome'] {
  if (delivered === 'taken') return 'served';
  return finishedAt > job.deadlineAt ? 'late' : 'unanswered';
}

/** Tries until the record is safe: a job is not let go of before. */
async function log(record: UsageRecord, { usageLog, logger, signal }: JobTools): Promise<void> {
  const mayRetry = (error: unknown) => {
    logger.error({ err: error }, 'the usage log takes no record; work stands still until it does');
    return true;
  };
  await retry(() => usageLog.append([record]), { first: 0.05, most: 1, signal, mayRetry });
}

/** Tells the customer that it is the image; no other worker need try. */
async function refuse(
  delivery: Delivery,
  outcome: Extract<Outcome, { kind: 'refused' }>,
  counted: JobOutcome,
  { api, metrics, signal }: JobTools,
): Promise<void> {
  const { job } = delivery;
  const delivered = await api.deliver(job, outcome, patienceFor(job), signal);
  if (delivered === 'unreachable') return giveUp(delivery);
  await delivery.acknowledge();
  metrics.add('headroom_worker_jobs_total', { outcome: counted });
}

/** A process died over the job: the first time another one tries, the last time the customer is told. */
async function survive(delivery: Delivery, error: ProcessDied, tools: JobTools): Promise<void> {
  const { api, metrics, signal } = tools;
  const { job } = delivery;
  const fate = await delivery.died(`a resize process ended: ${error.message}`);
  if (fate === 'retried') return;
  metrics.add('headroom_worker_jobs_total', { outcome: 'crashed' satisfies JobOutcome });
  const detail = 'processes died over this image';
  await api.deliver(job, { kind: 'refused', code: 'crashed', detail }, patienceFor(job), signal);
}

/** The API server cannot be reached: with `wait` its customers are gone with it. */
function giveUp(delivery: Delivery): Promise<void> {
  const { job } = delivery;
  return job.mode === 'wait' || isLate(job) ? delivery.expire() : delivery.handBack(laterMs);
}

function account(job: Job, { cpuMicroseconds, resized, seconds }: Answer, tools: JobTools): void {
  const { metrics, labelOf } = tools;
  const customer = labelOf(job.customer, cpuMicroseconds);
  metrics.add('headroom_worker_cpu_seconds_total', { customer }, cpuMicroseconds / 1e6);
  if (resized.kind === 'done') {
    metrics.observe('headroom_worker_resize_duration_seconds', { format: job.resize.format }, seconds);
  }
}

function isLate(job: Job): boolean {
  return Date.now() >= job.deadlineAt;
}

function patienceFor(job: Job): number {
  return Math.min(job.deadlineAt, Date.now() + patience[job.mode]);
}
