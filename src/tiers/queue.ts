import { queueDeployment } from './queue-deployment.ts';
import { queueOperation } from './queue-operation.ts';
import { assumed, cited, countOf, formula, never, type TierConstraint, type TierModel } from './tier.ts';

const constraints: readonly TierConstraint[] = [
  {
    kind: 'quorum',
    quantity: 'queue.nodes.quorum',
    meaning: 'a majority is left when the tolerated number of nodes fails',
  },
  {
    kind: 'throughput',
    quantity: 'queue.nodes.throughput',
    meaning: 'leaders of all partitions write every reference to disk and to their followers',
  },
  {
    kind: 'bandwidth',
    quantity: 'queue.nodes.bandwidth',
    meaning: 'references arrive, are replicated and delivered',
  },
  {
    kind: 'memory',
    quantity: 'queue.nodes.memory',
    meaning: 'the deepest backlog is held in memory',
  },
  {
    kind: 'zone loss',
    quantity: 'queue.nodes.zone',
    when: 'policy.survive.zone',
    meaning: 'a majority is left when a zone is lost',
  },
  {
    kind: 'throughput',
    quantity: 'queue.nodes.bodies',
    when: never,
    meaning: 'what it would take to put the bodies themselves through the log',
  },
];

/** The buffer between fast API servers and slow workers: a replicated log that keeps consistency. */
export const queue: TierModel = {
  id: 'queue',
  title: 'queue',
  counted: 'node',
  names: {
    count: 'queue.nodes.count',
    demand: 'queue.messages',
    capacity: 'queue.node.throughput',
    spare: 'queue.nodes.spare',
  },
  constraints,
  highlights: [
    'queue.bytes.references',
    'queue.bytes.bodies',
    'queue.bodies.logs',
    'queue.election.caught',
    'queue.drainTime',
    'queue.deadline',
    'queue.depth.surge',
    'queue.depth.limit',
  ],
  declarations: [
    ...queueDeployment,
    ...queueOperation,
    assumed(
      'queue.failuresTolerated',
      '1 machine',
      'nodes that may fail at once without losing the majority',
      'one machine at a time, as the policy asks; two would take five nodes and a slower quorum',
    ),
    formula(
      'queue.nodes.quorum',
      'machine',
      'nodes of which a majority survives the tolerated failures: 2 f + 1',
      '2 * queue.failuresTolerated + 1 machine',
      'Lamport, The Part-Time Parliament, 1998',
    ),
    assumed(
      'queue.messagesPerRequest',
      '1 message/req',
      'messages published per request',
      'one reference per job; results go straight back to the API server that waits',
    ),
    formula(
      'queue.messages',
      'message/s',
      'messages published at the peak',
      'workload.demand * queue.messagesPerRequest',
    ),
    assumed(
      'queue.reference.bytes',
      '1 kB/message',
      'size of a job reference: ids, address of the body, parameters, trace context',
      'a few hundred bytes of JSON and headers, rounded up',
    ),
    formula(
      'queue.bytes.references',
      'MB/s',
      'bytes of references through the log at the peak',
      'queue.messages * queue.reference.bytes',
    ),
    formula(
      'queue.bytes.bodies',
      'GB/s',
      'bytes through the log at the peak if it carried the bodies',
      'workload.demand * workload.payload.mean',
    ),
    cited(
      'queue.log.bandwidth',
      '100 MB/s',
      'bytes that one log, replicated three ways and written through to disk, takes',
      '256 kB bodies through NATS 2.15.1 JetStream R3, measured on machines of two cores',
    ),
    formula(
      'queue.bodies.logs',
      '1',
      'parallel replicated logs that the bodies would need; the references need queue.references.logs',
      'ceil(queue.bytes.bodies / queue.log.bandwidth)',
    ),
    formula(
      'queue.references.logs',
      '1',
      'parallel replicated logs that the references fill, by bytes',
      'queue.bytes.references / queue.log.bandwidth',
    ),
    assumed(
      'queue.partition.throughput',
      '4k message/s',
      'messages that one partition commits with an fsync per batch',
      'a group commit of about 1 ms with a few messages in each; measure on the disks that are bought',
    ),
    formula(
      'queue.partitions',
      '1',
      'partitions (streams with a leader each) for the messages with headroom',
      'ceil(queue.messages / queue.partition.throughput / (1 - policy.headroom))',
    ),
    assumed(
      'queue.node.throughput',
      '20k message/s/machine',
      'messages that one node leads or follows, written through to disk',
      'five partitions per node before its disk saturates; measure on the disks that are bought',
    ),
    formula(
      'queue.load.throughput',
      'machine',
      'nodes that writes fill: every message is written by each replica',
      'queue.messages * queue.nodes.quorum / 1 machine / queue.node.throughput',
    ),
    formula(
      'queue.nodes.throughput',
      'machine',
      'nodes for the writes of all replicas, with headroom',
      'ceil(queue.load.throughput / (1 - policy.headroom))',
    ),
    formula(
      'queue.bandwidth.out',
      'Gbit/s',
      'traffic that leaders send: to each follower, and to a worker',
      'queue.bytes.references * (queue.nodes.quorum / 1 machine)',
    ),
    formula(
      'queue.nodes.bandwidth',
      'machine',
      'nodes for the traffic of references, with headroom',
      'ceil(queue.bandwidth.out / queue.machine.network / (1 - policy.headroom))',
    ),
    formula(
      'queue.nodes.bodies',
      'machine',
      'nodes if bodies went through the log: every replica written at the pace of a log, with headroom',
      'ceil(queue.bytes.bodies * (queue.nodes.quorum / 1 machine) / min(queue.machine.network, queue.log.bandwidth / 1 machine) / (1 - policy.headroom))',
    ),
    formula(
      'queue.nodes.memory',
      'machine',
      'nodes whose memory holds the deepest backlog of each replica, with headroom',
      'ceil(queue.bytes.limit * queue.nodes.quorum / queue.machine.memory / 1 machine / (1 - policy.headroom))',
    ),
    formula(
      'queue.nodes.zone',
      'machine',
      'nodes, spread evenly, of which a majority survives the loss of a zone',
      'quorumOverZones(queue.nodes.quorum, domains.zones)',
    ),
    countOf('queue.nodes.count', 'machine', 'queue nodes per region', constraints),
    formula(
      'queue.nodes.spare',
      'machine',
      'nodes beyond what the writes of the peak fill',
      'queue.nodes.count - queue.load.throughput',
    ),
  ],
};
