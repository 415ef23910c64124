import type { Job, Outcome, Served } from '../contracts/job.ts';
import type { Delivery } from '../contracts/queue.ts';
import { RecordInvalid, type UsageRecord } from '../contracts/usage.ts';
import type { WorkerConfig } from '../shared/config-types.ts';
import type { Logger } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import { idsOf } from '../shared/trace.ts';
import type { Buffers } from './buffers.ts';
import type { ApiServers } from './internal-http.ts';
import type { Pool } from './pool.ts';
import type { Answer } from './protocol.ts';
import { ProcessDied, TaskTimedOut } from './resize-child.ts';

export interface JobTools {
  readonly config: WorkerConfig;
  readonly pool: Pool;
  readonly api: ApiServers;
  readonly buffers: Buffers;
  /** Resolves once a record is safe; rejects where the signal is aborted before, or with RecordInvalid. */
  readonly logSafely: (record: UsageRecord) => Promise<void>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Label of a customer for CPU time. */
  readonly labelOf: (customer: string, cpuMicroseconds: number) => string;
  /** Name of this worker in usage records. */
  readonly worker: string;
  /** Aborted when the worker must end: what is not finished goes back. */
  readonly signal: AbortSignal;
  /** Called when nobody waits for the job any more: its usage is to be logged, and the queue to be told. */
  readonly handedIn: () => void;
}

/** What an image was done with, once it is handed in: all that is kept of it until its record is in the log. */
interface Billable {
  readonly served: Served;
  readonly outcome: UsageRecord['outcome'];
}

type JobOutcome = 'done' | 'refused' | 'timed_out' | 'crashed' | 'handed_back' | 'unbilled';

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
  const { config, signal } = tools;
  const beat = setInterval(() => void delivery.working().catch(() => {}), (config.queue.ackWait * 1000) / 3);
  try {
    const billable = await work(delivery, tools);
    if (billable) await bill(delivery, billable, tools);
  } catch (error) {
    if (!signal.aborted) throw error;
    count(delivery, 'handed_back', tools);
    await delivery.handBack();
  } finally {
    clearInterval(beat);
  }
}

/** Undefined where the job is settled and nothing is to be billed. */
async function work(delivery: Delivery, tools: JobTools): Promise<Billable | undefined> {
  const { job } = delivery;
  const { api, buffers, pool, config, signal } = tools;
  // Also for one that is late: it may have been served, and the queue may have forgotten that it delivered it.
  const fetched = await api.fetchBody(job, fetchPatience(delivery), signal);
  if (fetched.kind === 'served') return { served: fetched.served, outcome: 'served' };
  if (fetched.kind === 'gone') return nothing(delivery.expire());
  if (fetched.kind === 'unreachable') return nothing(giveUp(delivery));
  if (fetched.kind === 'too-large') {
    const detail = `the body has more than ${config.limits.bodyBytes} bytes`;
    return nothing(refuse(delivery, { kind: 'refused', code: 'unsupported', detail }, 'refused', tools));
  }
  const task = { image: fetched.bytes, resize: job.resize, pixels: config.limits.pixels };
  let answer: Answer | undefined;
  try {
    answer = await pool.run(() => (isLate(job) ? undefined : task), signal);
  } catch (error) {
    if (error instanceof TaskTimedOut) {
      const outcome = { kind: 'refused', code: 'too-slow', detail: error.message } as const;
      return nothing(refuse(delivery, outcome, 'timed_out', tools));
    }
    if (error instanceof ProcessDied) return nothing(survive(delivery, error, tools));
    throw error;
  } finally {
    if (!fetched.isShared) buffers.give(fetched.bytes);
  }
  if (!answer) return nothing(delivery.expire());
  account(job, answer, tools);
  const { resized } = answer;
  if (resized.kind === 'refused') return nothing(refuse(delivery, resized, 'refused', tools));
  return finish(
    delivery,
    { ...resized, cpuMicroseconds: answer.cpuMicroseconds },
    fetched.bytes.length,
    tools,
  );
}

async function nothing(settled: Promise<unknown>): Promise<undefined> {
  await settled;
  return undefined;
}

/** Hands the image in. */
async function finish(
  delivery: Delivery,
  outcome: Extract<Outcome, { kind: 'done' }>,
  bytesIn: number,
  tools: JobTools,
): Promise<Billable | undefined> {
  const { job } = delivery;
  const { api, signal } = tools;
  const finishedAt = Date.now();
  const delivered = await api.deliver(job, outcome, patienceFor(job), signal);
  if (delivered === 'too-large') {
    const detail = `the result has ${outcome.image.length} bytes, more than is allowed`;
    const refused = { kind: 'refused', code: 'too-many-pixels', detail } as const;
    return nothing(refuse(delivery, refused, 'refused', tools));
  }
  // It may have taken the image all the same: who is given the job again asks, and bills it.
  if (delivered === 'unreachable') return nothing(delivery.handBack(laterMs));
  const { image, pixelsIn, cpuMicroseconds } = outcome;
  const served = { finishedAt, bytesIn, bytesOut: image.length, pixelsIn, cpuMicroseconds };
  const unserved = finishedAt > job.deadlineAt ? 'late' : 'unanswered';
  return { served, outcome: delivered === 'taken' ? 'served' : unserved };
}

/** Logs the usage, and only then lets go of the job: what was served is billed, or kept for people where it cannot be. */
async function bill(delivery: Delivery, { served, outcome }: Billable, tools: JobTools): Promise<void> {
  const { worker, handedIn, logSafely } = tools;
  const { id: requestId, customer, deadlineAt } = delivery.job;
  const { pixelsIn: pixels, ...done } = served;
  handedIn();
  let counted: JobOutcome = 'done';
  try {
    await logSafely({ requestId, customer, deadlineAt, pixels, ...done, outcome, worker });
    await delivery.acknowledge();
  } catch (error) {
    if (!(error instanceof RecordInvalid)) throw error;
    await delivery.setAside(`its usage record is invalid: ${error.message}`);
    counted = 'unbilled';
  }
  count(delivery, counted, tools);
}

/** Tells the customer that it is the image; no other worker need try. */
async function refuse(
  delivery: Delivery,
  outcome: Extract<Outcome, { kind: 'refused' }>,
  counted: JobOutcome,
  tools: JobTools,
): Promise<void> {
  const { job } = delivery;
  const { api, signal } = tools;
  const delivered = await api.deliver(job, outcome, patienceFor(job), signal);
  if (delivered === 'unreachable') return giveUp(delivery);
  await delivery.acknowledge();
  count(delivery, counted, tools);
}

/** A process died over the job: the first time another one tries, the last time the customer is told. */
async function survive(delivery: Delivery, error: ProcessDied, tools: JobTools): Promise<void> {
  const { api, logger, signal } = tools;
  const { job } = delivery;
  const fate = await delivery.died(`a resize process ended: ${error.message}`);
  logger.warn({ ...idsOf(job), how: error.message, fate }, 'a resize process died over a job');
  if (fate === 'retried') return;
  count(delivery, 'crashed', tools);
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

/** How a job ended here; who looks for a request finds it by the same ids as at the API server. */
function count({ job }: Delivery, outcome: JobOutcome, { logger, metrics }: JobTools): void {
  metrics.add('headroom_worker_jobs_total', { outcome });
  const level = outcome === 'crashed' || outcome === 'timed_out' ? 'warn' : 'debug';
  logger[level]({ ...idsOf(job), outcome }, 'a job ended');
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
