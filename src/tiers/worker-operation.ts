import type { Declaration } from '../sheet/types.ts';
import { assumed, formula } from './tier.ts';

/** How a worker runs: deadlines, processes, memory limits, drain. */
export const workerOperation: readonly Declaration[] = [
  formula(
    'worker.memory.perMachine',
    'GB/machine',
    'memory of one worker process per core',
    'worker.memory.perProcess * worker.processes',
  ),
  formula(
    'worker.serviceTime.largest',
    'ms',
    'time of a resize of the largest payload that is accepted',
    'serviceTimeOf(workload.payload.max, worker.cpuCurve, worker.stretch) * worker.serviceSpread',
  ),
  assumed(
    'worker.deadline.factor',
    '5',
    'how much longer than the largest expected resize a job may take before its process is killed',
    'a noisy neighbour doubles a service time; five times means a hostile image, since libvips cannot be interrupted',
  ),
  assumed(
    'worker.deadline.least',
    '1 s',
    'shortest deadline of a job',
    'restarting a process takes about 0.2 s; shorter deadlines would kill more than they save',
  ),
  formula(
    'worker.deadline',
    's',
    'time after which the process of a job is killed',
    'max(worker.deadline.least, worker.deadline.factor * worker.serviceTime.largest)',
  ),
  assumed(
    'worker.jobsPerProcess',
    '1 req/process',
    'jobs in flight in one process',
    'one per core gives the highest throughput and exact CPU accounting (318/s against 228 to 283/s at 200 px)',
  ),
  assumed(
    'worker.processesPerCore',
    '1 process/core',
    'worker processes per core',
    'more processes than cores raise the p99 and not the throughput (303/s against 318/s)',
  ),
  formula(
    'worker.processes',
    'process/machine',
    'worker processes on one machine',
    'worker.machine.cores * worker.processesPerCore',
  ),
  formula(
    'worker.memory.limit',
    'MB/process',
    'memory limit of one process: what was seen, with headroom',
    'worker.memory.perProcess / (1 - policy.headroom)',
  ),
  formula(
    'worker.drainTime',
    's',
    'longest time from the order to stop until the jobs in flight are done or handed back',
    'worker.deadline + loadBalancer.hopMargin',
  ),
  assumed(
    'worker.pixels.limit',
    '50 MP',
    'largest decoded image that is accepted',
    'bounds the memory of one job to about 150 MB; a 1 MB photograph has below 15 MP',
  ),
];
