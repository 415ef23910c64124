import type { Declaration } from '../sheet/types.ts';
import { assumed, formula } from './tier.ts';

/** What a worker machine is given, how it scales with the backlog, and how it stops. */
export const workerDeployment: readonly Declaration[] = [
  assumed(
    'worker.memory.shell',
    '512 MiB/machine',
    'memory of the process that feeds the resize processes',
    'Node, and the bodies and results of three jobs for each of a few dozen processes',
  ),
  formula(
    'worker.memory.pod',
    'GB/machine',
    'memory of a worker: the limit of each of its processes, and the one that feeds them',
    'worker.memory.limit * worker.processes + worker.memory.shell',
  ),
  formula(
    'worker.grace',
    's',
    'time until a worker that was told to stop is killed: drain and a margin',
    'worker.drainTime + loadBalancer.hopMargin',
  ),
  formula(
    'worker.machines.least',
    'machine',
    'workers that run when demand is low: those of the plan, since a new one takes longer than the latency objective',
    'worker.machines.count',
  ),
  formula(
    'worker.machines.most',
    'machine',
    'workers to which the tier may be scaled by itself',
    'ceil(worker.machines.count * deploy.scale.most)',
  ),
  formula(
    'worker.lag.perMachine',
    'message/machine',
    'jobs, waiting or in flight, that one worker finishes within the latency objective, and those of which it only logs the usage; more need more workers',
    'worker.capacity / worker.machines.count * (objectives.latency.below + usageAggregator.fsync.interval) * queue.messagesPerRequest',
  ),
  formula(
    'worker.lag.perPartition',
    'message/machine',
    'the same in one partition of the queue: the scaler looks at each of them and takes the worst',
    'max(1 message/machine, worker.lag.perMachine / queue.partitions)',
  ),
];
