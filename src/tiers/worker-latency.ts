import type { Declaration } from '../sheet/types.ts';
import { formula } from './tier.ts';

/** The latency of the workers: one central queue, and the random choice that it is compared with. */
export const workerLatency: readonly Declaration[] = [
  formula(
    'worker.stretch',
    '1',
    'time of a resize on a busy core of the bought machine over its CPU time on a measured core',
    '1 / (worker.throughputPerCore * worker.cpuPerImage)',
  ),
  formula(
    'worker.latency.budget',
    'ms',
    'time that waiting and resizing may take within the latency objective',
    'objectives.latency.below - api.overhead',
  ),
  formula(
    'worker.machines.latency',
    'machine',
    'fewest machines with which the percentile of waiting and resizing stays within its budget',
    'machinesForLatency(workload.demand, worker.machine.cores, workload.payloadMix, worker.cpuCurve, worker.stretch, worker.serviceSpread, objectives.latency.payloadBelow, objectives.latency.percentile, worker.latency.budget)',
    'Erlang C with the two-moment correction of Cosmetatos 1976 (central queue)',
  ),
  formula(
    'worker.machines.random',
    'machine',
    'fewest machines for the same objective if requests choose a machine at random',
    'machinesForLatencyRandom(workload.demand, worker.machine.cores, workload.payloadMix, worker.cpuCurve, worker.stretch, worker.serviceSpread, objectives.latency.payloadBelow, objectives.latency.percentile, worker.latency.budget)',
    'one M/G/c queue per machine, Poisson arrivals split evenly',
  ),
  formula(
    'worker.response.central',
    'ms',
    'latency percentile of waiting and resizing, one central queue',
    'responseCentral(workload.demand, worker.cores, workload.payloadMix, worker.cpuCurve, worker.stretch, worker.serviceSpread, objectives.latency.payloadBelow, objectives.latency.percentile)',
  ),
  formula(
    'worker.response.floor',
    'ms',
    'the same percentile of the resize alone: no number of machines gets below it',
    'responseFloor(workload.payloadMix, worker.cpuCurve, worker.stretch, worker.serviceSpread, objectives.latency.payloadBelow, objectives.latency.percentile)',
  ),
  formula(
    'worker.response.random',
    'ms',
    'the same percentile if requests choose a machine at random',
    'responseRandom(workload.demand, worker.machines.count, worker.machine.cores, workload.payloadMix, worker.cpuCurve, worker.stretch, worker.serviceSpread, objectives.latency.payloadBelow, objectives.latency.percentile)',
  ),
];
