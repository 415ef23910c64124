import type { QueueState } from '../contracts/queue.ts';
import type { Metrics } from '../shared/metrics.ts';

export type QueueEvent = 'published' | 'received' | 'redelivered' | 'acknowledged' | 'expired' | 'set_aside';

/** Counts an event of the queue by this process; sums over all processes make the invariant checkable. */
export function countEvent(metrics: Metrics, event: QueueEvent, by = 1): void {
  metrics.add(`headroom_queue_messages_${event}_total`, {}, by);
}

/** Shows what the queue holds. */
export function showState(metrics: Metrics, state: QueueState, now: number): void {
  metrics.set('headroom_queue_depth', {}, state.waiting);
  metrics.set('headroom_queue_in_flight', {}, state.inFlight);
  const age = state.oldestAt === undefined ? 0 : Math.max(0, now - state.oldestAt) / 1000;
  metrics.set('headroom_queue_oldest_age_seconds', {}, age);
}
