import type { Declaration } from '../sheet/types.ts';
import { assumed, formula } from './tier.ts';

/** How an API server runs: deadline, limits, retries, drain. */
export const apiOperation: readonly Declaration[] = [
  formula(
    'api.deadline',
    's',
    'longest time that an API server waits for the answer to a job',
    'queue.deadline + loadBalancer.hopMargin',
  ),
  formula(
    'api.concurrency.limit',
    'req/machine',
    'requests in flight on one server before it answers 503: what its memory holds at the largest payload',
    'max(0 req/machine, floor((api.machine.memory * (1 - policy.headroom) - identityCache.memory - api.server.baseMemory) / (workload.payload.max + api.request.overhead)))',
  ),
  assumed(
    'api.retry.budget',
    '10 %',
    'share of requests that may be retries; above it none is sent',
    'unbounded retries multiply load by the number of layers that retry; a tenth is enough for a lost server',
    'Brooker, Timeouts, retries, and backoff with jitter, AWS Builders Library',
  ),
  assumed(
    'api.retry.backoff.first',
    '50 ms',
    'mean wait before the first retry, with full jitter',
    'about the latency of a healthy request, so that a retry does not meet the same burst',
  ),
  assumed(
    'api.retry.backoff.most',
    '2 s',
    'longest mean wait before a retry',
    'doubling from the first wait, capped well below the deadline',
  ),
  formula(
    'api.retryAfter',
    's',
    'what a refused client is told to wait: the time in which the backlog of an election drains',
    'max(1 s, queue.drainTime)',
  ),
  formula(
    'api.drainTime',
    's',
    'longest time from the order to stop until the last request is answered',
    'api.deadline + loadBalancer.hopMargin',
  ),
  assumed(
    'api.overhead',
    '15 ms',
    'time of a request outside waiting and resizing: proxy, authentication, queue hop, two transfers',
    'three hops inside a region below 1 ms each, 5 ms of API and queue at the median, 1 MB at 25 Gbit/s below 1 ms',
  ),
];
