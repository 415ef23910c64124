import type { Declaration } from '../sheet/types.ts';
import { assumed, formula } from './tier.ts';

/** What a queue node is given, and how it leaves. */
export const queueDeployment: readonly Declaration[] = [
  assumed(
    'queue.messagesPerCore',
    '10k message/s/core',
    'messages that one core of a node writes, replicates and delivers',
    'two cores shared by three servers and a client wrote 5k to 10k messages a second; measure it',
    'NATS 2.15.1, R3, 1 kB messages, a client with 64 to 512 in flight',
  ),
  formula(
    'queue.cores.perNode',
    'core/machine',
    'CPU of a node: its replicas of all messages with one node lost, and headroom',
    'max(deploy.cpu.least, queue.messages * (queue.nodes.quorum / 1 machine) / max(queue.nodes.count - 1 machine, 1 machine) / queue.messagesPerCore / (1 - policy.headroom))',
  ),
  formula(
    'queue.cores.limit',
    'core/machine',
    'CPU that a node may use in a burst',
    'queue.cores.perNode * deploy.cpu.burst',
  ),
  assumed(
    'queue.memory.base',
    '256 MiB/machine',
    'memory of a node beside its backlog',
    'the server, its connections and the state of its consensus groups',
  ),
  formula(
    'queue.memory.perNode',
    'MB/machine',
    'memory of a node: the deepest backlog of each replica, itself, and headroom',
    '(queue.bytes.limit * (queue.nodes.quorum / 1 machine) / queue.nodes.count + queue.memory.base) / (1 - policy.headroom)',
  ),
  formula(
    'queue.memory.soft',
    'MB/machine',
    'memory at which a node collects garbage harder',
    'queue.memory.perNode * (1 - policy.headroom)',
  ),
  assumed(
    'queue.logs',
    '4',
    'logs that may each hold the bytes of the limit: jobs, jobs set aside, expired ones, counts of deliveries',
    'the service makes these four, and the server reserves their room',
  ),
  formula(
    'queue.disk.store',
    'GB/machine',
    'disk of a node for its replicas of all logs',
    'queue.logs * queue.bytes.limit * (queue.nodes.quorum / 1 machine) / queue.nodes.count',
  ),
  formula(
    'queue.disk.perNode',
    'GB/machine',
    'volume of a node, with headroom for the file system and logs that are being cut',
    'max(1 GB/machine, queue.disk.store / (1 - policy.headroom))',
  ),
  assumed(
    'queue.catchUp.throughput',
    '10 MB/s/machine',
    'bytes that a node which was away takes from the others and syncs to its disk',
    'a tenth of what a disk writes in sequence: blocks are checked, and the others serve clients meanwhile',
  ),
  formula(
    'queue.start.patience',
    's',
    'time that a node may take to start: until its replicas are current, were all its logs full and lost',
    'deploy.start.patience + queue.disk.store / queue.catchUp.throughput',
  ),
  formula(
    'queue.start.probes',
    '1',
    'probes that may fail while a node starts',
    'ceil(queue.start.patience / deploy.probe.interval)',
  ),
  assumed(
    'queue.leave.grace',
    '10 s',
    'time in which a node that leaves hands its leaderships over before it closes connections',
    "the server's own default",
    'NATS 2.15.1',
  ),
  assumed(
    'queue.leave.duration',
    '30 s',
    'time over which a node that leaves closes the connections of its clients',
    'the least that the server takes; clients move to the other nodes one after another',
    'NATS 2.15.1',
  ),
  formula(
    'queue.grace',
    's',
    'time until a node that was told to stop is killed: leaving, twice over for the writes to disk',
    'queue.leave.duration + 2 * queue.leave.grace + deploy.notice',
  ),
];
