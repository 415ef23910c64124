import type { Declaration } from '../sheet/types.ts';
import { assumed, formula } from './tier.ts';

/** What all tiers share when they are deployed: probes, rollouts, scaling, room around a process. */
export const deployment: readonly Declaration[] = [
  assumed(
    'deploy.notice',
    '10 s',
    'time from the order to stop until nobody sends new connections',
    'endpoints are removed on every node while the process is told to stop; seconds pass until the last node knows',
  ),
  assumed(
    'deploy.grace',
    '30 s',
    'time to stop for processes that have little to finish',
    'a few times what closing connections and files takes',
  ),
  assumed(
    'deploy.probe.interval',
    '5 s',
    'time between probes of a process',
    'a hung process is out of service within a few probes, and a probe costs nothing',
  ),
  assumed(
    'deploy.probe.timeout',
    '2 s',
    'time that a probe waits for its answer',
    'two of the longest pauses that the event loop of a loaded server shows',
  ),
  assumed(
    'deploy.probe.failures',
    '3',
    'probes that must fail in a row before something happens',
    'one lost packet and one slow answer are not a failure',
  ),
  assumed(
    'deploy.start.patience',
    '2 min',
    'time that a process may take to start',
    'the slowest role first waits half a minute for the queue and as long for its streams',
  ),
  formula(
    'deploy.start.probes',
    '1',
    'probes that may fail while a process starts',
    'ceil(deploy.start.patience / deploy.probe.interval)',
  ),
  assumed(
    'deploy.ready.least',
    '10 s',
    'time for which a new process must be ready before the rollout goes on',
    'a version that crashes on its first requests does so within seconds',
  ),
  assumed(
    'deploy.progress',
    '10 min',
    'time in which a rollout must advance before it counts as failed',
    'the longest start and drain together, doubled',
  ),
  assumed(
    'deploy.others.memory',
    '25 %',
    'share of the memory of a machine with a whole cluster on it that is not ours',
    'kubelet and system about a tenth; the control plane, the operators with what they put beside our pods, and Prometheus each some hundred MB',
  ),
  assumed(
    'deploy.others.cpu',
    '20 %',
    'share of the CPU of such a machine that is not ours',
    'the same; all of them mostly wait',
  ),
  assumed(
    'deploy.surge',
    '25 %',
    'machines beyond the count that a rollout may start first',
    'capacity never falls below the count, and a rollout ends after four rounds',
  ),
  assumed(
    'deploy.cpu.least',
    '0.05 core/machine',
    'CPU that any process gets',
    'starting and answering probes must not take longer than the probes wait',
  ),
  assumed(
    'deploy.cpu.burst',
    '2',
    'CPU that a process may use, relative to what it is sure of',
    'bursts of tiers whose latency matters must not be throttled; workers get exactly their cores instead',
  ),
  assumed(
    'deploy.scratch',
    '256 MiB',
    'disk for temporary files of a process',
    'nothing of weight is written there: state has volumes of its own',
  ),
  assumed(
    'deploy.logs',
    '1 GiB',
    'local disk of a process: temporary files and its log until that is rotated',
    'the usual rotation keeps 5 files of 10 MB; the rest is room for a burst of errors',
  ),
  assumed(
    'deploy.scale.most',
    '2',
    'machines to which a tier may be scaled by itself, relative to the plan',
    'more than twice the planned demand is an attack or a new plan, and both need people',
  ),
  assumed(
    'deploy.scale.step',
    '25 %',
    'machines that scaling adds in one round, relative to those that run',
    'four rounds double a tier, and a wrong signal costs a quarter',
  ),
  assumed(
    'deploy.scale.back',
    '10 %',
    'machines that scaling takes away in a minute, relative to those that run',
    'too many stay a little longer, too few hurt at once',
  ),
  assumed(
    'deploy.scale.calm',
    '5 min',
    'time without need before machines are taken away',
    'longer than the gap between two bursts of a batch customer',
  ),
  formula(
    'deploy.scale.cpu',
    '%',
    'CPU use, relative to what is requested, above which machines are added: all but the headroom',
    '1 - policy.headroom',
  ),
];
