import type { Declaration } from '../sheet/types.ts';
import { assumed, cited, formula } from './tier.ts';

const electionSource =
  'NATS 2.15.1, three nodes, 24 kills of the leader: publishing resumed after 4.1 to 8.7 s, delivery after up to 13 s';

/** How the queue runs: elections, backlog, limits, deadlines. */
export const queueOperation: readonly Declaration[] = [
  assumed(
    'queue.election.pause',
    '13 s',
    'longest time without delivery after the leader dies',
    'the worst that was seen; deadlines and buffers must cover it',
    electionSource,
  ),
  cited(
    'queue.election.median',
    '5.8 s',
    'typical time without publishing after the leader dies',
    electionSource,
  ),
  formula(
    'queue.election.caught',
    'req',
    'requests caught in an election: they miss the latency objective, and fail if the deadline is shorter than the pause',
    'workload.demand * queue.election.pause',
  ),
  formula(
    'queue.election.late',
    'req',
    'requests answered late because of an election: those caught in it, and those that arrive until its backlog is gone',
    'workload.demand * (queue.election.pause + queue.drainTime)',
  ),
  assumed(
    'queue.surge.ratio',
    '100 %',
    'demand above the peak in a short surge that the queue should take without refusing',
    'a retry storm or a batch customer doubles the rate for a moment',
  ),
  assumed(
    'queue.surge.duration',
    '30 s',
    'length of such a surge',
    'longer surges are the matter of headroom and of refusing, not of a buffer',
  ),
  formula(
    'queue.depth.surge',
    'message',
    'messages waiting at the end of such a surge',
    'max(0, (workload.demand * (1 + queue.surge.ratio) - worker.capacity) * queue.surge.duration * queue.messagesPerRequest)',
  ),
  formula(
    'queue.drainTime',
    's',
    'time after an election until its backlog is gone: pause * rho / (1 - rho); 0 where it never is',
    'worker.utilization < 1 ? queue.election.pause * worker.utilization / (1 - worker.utilization) : 0 s',
  ),
  formula(
    'queue.deadline',
    's',
    'age at which a job expires: it outlives an election and a resize',
    'queue.election.pause + worker.deadline',
  ),
  formula(
    'queue.depth.election',
    'message',
    'messages waiting at the end of an election',
    'queue.messages * queue.election.pause',
  ),
  formula(
    'queue.depth.limit',
    'message',
    'messages that may wait before new ones are refused: what the workers clear within the deadline',
    'ceil(worker.capacity * queue.messagesPerRequest * queue.deadline)',
  ),
  formula(
    'queue.bytes.limit',
    'MB',
    'bytes that may wait before new messages are refused',
    'queue.depth.limit * queue.reference.bytes',
  ),
  assumed(
    'queue.deliveries.limit',
    '2',
    'deliveries of a job before it is set aside',
    'the second death of a worker by the same job means that the job is the cause',
  ),
  formula(
    'queue.ackWait',
    's',
    'time after which an unacknowledged job is delivered again',
    'worker.deadline + loadBalancer.hopMargin',
  ),
  formula(
    'queue.deduplicationWindow',
    's',
    'time for which message ids are remembered, so that a retried publish is one job',
    '2 * queue.deadline',
  ),
  formula(
    'queue.publish.timeout',
    's',
    'time that a publisher waits for the acknowledgement before it retries with the same id',
    'queue.election.median / 2',
  ),
];
