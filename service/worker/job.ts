import type { Job, Outcome, Served } from '../contracts/job.ts';
import type { Delivery } from '../contracts/queue.ts';
import type { UsageLog, UsageRecord } from '../contracts/usage.ts';
import type { WorkerConfig } from '../shared/config-types.ts';
import type { Logger } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import type { Buffers } from './buffers.ts';
import type { ApiServers } from './internal-http.ts';
import { logSafely } from './log-usage.ts';
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
const shortPatience = 250;
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
  // Also for one that is late: it may have been served, and the queue may have forgotten that it delivered it.
  const fetched = await api.fetchBody(job, fetchPatience(delivery), signal);
  if (fetched.kind === 'served') return bill(delivery, fetched.served, 'served', tools);
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
    if (!fetched.isShared) buffers.give(fetched.bytes);
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
  const { api, signal } = tools;
  const finishedAt = Date.now();
  const delivered = await api.deliver(job, outcome, patienceFor(job), signal);
  if (delivered === 'too-large') {
    const detail = `the result has ${outcome.image.length} bytes, more than is allowed`;
    return refuse(delivery, { kind: 'refused', code: 'too-many-pixels', detail }, 'refused', tools);
  }
  // It may have taken the image all the same: who is given the job again asks, and bills it.
  if (delivered === 'unreachable') return delivery.handBack(laterMs);
  const { image, pixelsIn, cpuMicroseconds } = outcome;
  const done = { finishedAt, bytesIn, bytesOut: image.length, pixelsIn, cpuMicroseconds };
  await bill(
    delivery,
    done,
    delivered === 'taken' ? 'served' : finishedAt > job.deadlineAt ? 'late' : 'unanswered',
    tools,
  );
}

/** Logs the usage, and only then lets go of the job. */
async function bill(
  delivery: Delivery,
  { pixelsIn: pixels, ...done }: Served,
  outcome: UsageRecord['outcome'],
  tools: JobTools,
): Promise<void> {
  const { metrics, worker } = tools;
  const { id: requestId, customer, deadlineAt } = delivery.job;
  await logSafely({ requestId, customer, deadlineAt, pixels, ...done, outcome, worker }, tools);
  await delivery.acknowledge();
  metrics.add('headroom_worker_jobs_total', { outcome: 'done' satisfies JobOutcome });
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

/**
 * The API server cannot be reached: with `wait` its customers are gone with it. But where another worker had the job
 * before, it may have been served.
 */
function giveUp(delivery: Delivery): Promise<void> {
  const { job, count } = delivery;
  const isHopeless = (job.mode === 'wait' && count === 1) || isLate(job);
  return isHopeless ? delivery.expire() : delivery.handBack(laterMs);
}

/** A job that goes round takes no place for long; one that is late is only asked about. */
function fetchPatience({ job, count }: Delivery): number {
  if (count === 1) return patienceFor(job);
  return Date.now() + (job.mode === 'wait' ? shortPatience : patience.poll);
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
