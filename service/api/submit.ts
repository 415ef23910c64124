import { randomUUID } from 'node:crypto';
import type { Job, ResizeRequest } from '../contracts/job.ts';
import { type Queue, QueueFull, QueueUnavailable } from '../contracts/queue.ts';
import { createRetryBudget, retry } from '../shared/backoff.ts';
import type { ApiConfig } from '../shared/config-types.ts';
import type { Logger } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import { Refusal } from '../shared/problem.ts';
import { idsOf } from '../shared/trace.ts';
import type { Gate } from './gate.ts';
import type { Readiness } from './readiness.ts';
import type { RequestContext } from './request-context.ts';
import type { Spool } from './spool.ts';
import type { SpooledJob } from './spool-folder.ts';
import type { Ending, WaitingJobs } from './waiting.ts';

export interface Submission {
  readonly customer: string;
  readonly resize: ResizeRequest;
  readonly body: Buffer;
  /** Unix milliseconds at which the request began. */
  readonly acceptedAt: number;
  readonly traceparent: string;
  /** Id of the request, for logs. */
  readonly reqId: string;
  readonly idempotency?: SpooledJob['idempotency'];
}

export interface Submitter {
  /** Resolves with the outcome, or as expired at the deadline or when the customer goes. Throws a Refusal. */
  wait(submission: Submission, customer: Pick<RequestContext, 'isGone' | 'onGone'>): Promise<Ending>;
  /** Resolves with the job's id once it cannot be lost any more. Throws a Refusal. */
  accept(submission: Submission): Promise<string>;
}

export interface SubmitterOptions {
  readonly config: ApiConfig;
  readonly node: string;
  readonly queue: Queue;
  readonly waiting: WaitingJobs;
  readonly spool: Spool | undefined;
  readonly gate: Gate;
  readonly readiness: Pick<Readiness, 'notePublished'>;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly addresses: (id: string, token: string) => Pick<Job, 'bodyUrl' | 'resultUrl'>;
}

const becameJob = 'a request became a job';

export function createSubmitter(options: SubmitterOptions): Submitter {
  const { config, queue, waiting, spool, gate, readiness, metrics, logger } = options;
  const budget = createRetryBudget(config.retryBudget);
  const retryAfter = { 'retry-after': Math.max(1, Math.ceil(config.retryAfter)) };

  const publish = (job: Job) => {
    budget.asked();
    return retry(() => queue.publish(job), {
      ...config.retry,
      until: job.deadlineAt,
      transient: (error) => error instanceof QueueUnavailable,
      mayRetry: () => {
        const may = budget.take();
        if (may) metrics.add('headroom_api_retries_total', { tier: 'queue' });
        return may;
      },
    });
  };
  const refused = (error: unknown): unknown => {
    if (error instanceof QueueFull) {
      gate.noteQueueFull();
      return new Refusal(503, 'queue-full', 'too many images wait to be resized', retryAfter);
    }
    if (error instanceof QueueUnavailable) {
      return new Refusal(503, 'queue-unavailable', 'the queue does not answer', retryAfter);
    }
    return error;
  };
  const jobOf = (submission: Submission, mode: Job['mode'], deadline: number): SpooledJob['job'] => ({
    id: `${options.node}.${randomUUID()}`,
    customer: submission.customer,
    resize: submission.resize,
    bodyBytes: submission.body.length,
    acceptedAt: submission.acceptedAt,
    deadlineAt: submission.acceptedAt + Math.round(deadline * 1000),
    mode,
    traceparent: submission.traceparent,
    reqId: submission.reqId,
  });

  return {
    async wait(submission, customer) {
      const job = jobOf(submission, 'wait', config.deadline);
      logger.debug(idsOf(job), becameJob);
      const waiter = waiting.hold(job.id, submission.body, job.deadlineAt);
      customer.onGone = waiter.leave;
      if (customer.isGone) waiter.leave();
      const end = gate.begin();
      let cameBack = false;
      try {
        const published = publish({ ...job, ...options.addresses(job.id, waiter.token) });
        published.then(readiness.notePublished, () => undefined);
        // A worker may be quicker than the acknowledgement of the publish.
        const ending = await Promise.race([waiter.ending, published.then(() => waiter.ending)]);
        cameBack = ending.kind !== 'expired';
        return ending;
      } catch (error) {
        waiter.abandon();
        throw refused(error);
      } finally {
        customer.onGone = undefined;
        end(cameBack);
      }
    },
    async accept(submission) {
      if (!spool) throw new Refusal(422, 'async-unavailable', 'this server takes no asynchronous jobs');
      const job = jobOf(submission, 'poll', config.spool?.deadline ?? config.deadline);
      logger.debug(idsOf(job), becameJob);
      try {
        await spool.accept(job, submission.body, submission.idempotency);
      } catch (error) {
        throw refused(error);
      }
      return job.id;
    },
  };
}
