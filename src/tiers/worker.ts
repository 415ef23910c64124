import { assumed, countOf, formula, never, type TierConstraint, type TierModel } from './tier.ts';
import { workerDeployment } from './worker-deployment.ts';
import { workerLatency } from './worker-latency.ts';
import { workerOperation } from './worker-operation.ts';

const constraints: readonly TierConstraint[] = [
  {
    kind: 'headroom',
    quantity: 'worker.machines.headroom',
    meaning: 'carries the peak with the declared share of capacity kept free: load / (1 - headroom)',
  },
  {
    kind: 'throughput',
    quantity: 'worker.machines.throughput',
    meaning: 'carries the peak, nothing to spare',
  },
  {
    kind: 'latency',
    quantity: 'worker.machines.latency',
    meaning: 'waiting and resizing together stay below the latency objective, one central queue',
  },
  {
    kind: 'machine loss',
    quantity: 'worker.machines.machineLoss',
    when: 'policy.survive.machine',
    meaning: 'one machine may be lost at the peak (N+1)',
  },
  {
    kind: 'rolling deploy',
    quantity: 'worker.machines.deploy',
    meaning: 'a batch of machines is drained for a deploy while the others carry the peak',
  },
  {
    kind: 'memory',
    quantity: 'worker.machines.memory',
    meaning: 'one process per busy core fits in memory, with headroom',
  },
  {
    kind: 'bandwidth',
    quantity: 'worker.machines.bandwidth',
    meaning: 'bodies in and images out pass the NIC, with headroom',
  },
  {
    kind: 'zone loss',
    quantity: 'worker.machines.zone',
    when: 'policy.survive.zone',
    meaning: 'the zones that are left carry the peak',
  },
  {
    kind: 'markup',
    quantity: 'worker.machines.markup',
    when: never,
    meaning: 'the other reading of headroom: machines times (1 + headroom), which keeps less free',
  },
  {
    kind: 'random choice',
    quantity: 'worker.machines.random',
    when: never,
    meaning: 'the latency objective without a central queue: each machine chosen at random has its own',
  },
];

/** The slow cores: one process per core, one resize in flight in each. */
export const worker: TierModel = {
  id: 'worker',
  title: 'resize workers',
  counted: 'machine',
  names: {
    count: 'worker.machines.count',
    demand: 'worker.busyCores',
    capacity: 'worker.throughputPerCore',
    spare: 'worker.machines.spare',
  },
  constraints,
  highlights: [
    'worker.cpuPerImage',
    'worker.utilization',
    'worker.response.central',
    'worker.response.random',
    'worker.yieldAfterZoneLoss',
    'worker.deadline',
  ],
  declarations: [
    ...workerDeployment,
    ...workerLatency,
    ...workerOperation,
    formula(
      'worker.cpuPerImage',
      's*core/req',
      'CPU time of one resize on a measured core, over the payload mix',
      'mixCpu(workload.payloadMix, worker.cpuCurve)',
    ),
    formula(
      'worker.throughputPerCore',
      'req/s/core',
      'resizes that one core of the bought machine does per second, shell included',
      'worker.machine.coreSpeed * worker.machine.smtYield * worker.scaling / (worker.cpuPerImage + worker.shellCpu)',
    ),
    formula(
      'worker.busyCores',
      'core',
      'cores that the peak keeps busy',
      'workload.demand / worker.throughputPerCore',
    ),
    formula(
      'worker.load',
      'machine',
      'machines that the peak would fill',
      'worker.busyCores / worker.machine.cores',
    ),
    formula(
      'worker.machines.throughput',
      'machine',
      'machines that carry the peak, nothing to spare',
      'ceil(worker.load)',
    ),
    formula(
      'worker.machines.headroom',
      'machine',
      'machines that carry the peak and keep the declared share of capacity free',
      'ceil(worker.load / (1 - policy.headroom))',
    ),
    formula(
      'worker.machines.markup',
      'machine',
      'machines under the multiplied reading of headroom',
      'ceil(worker.machines.throughput * (1 + policy.headroom))',
    ),
    formula(
      'worker.machines.machineLoss',
      'machine',
      'machines of which one may be lost at the peak',
      'ceil(worker.load) + 1 machine',
    ),
    formula(
      'worker.machines.zone',
      'machine',
      'machines, spread evenly, of which any one zone may be lost at the peak',
      'zoneStable(worker.load, domains.zones, 1)',
    ),
    assumed(
      'worker.deploy.batch',
      '10 %',
      'share of the machines that is drained at once in a deploy',
      'ten batches: a bad version reaches a tenth of the fleet first, and a deploy ends within ten drains',
    ),
    formula(
      'worker.machines.deploy',
      'machine',
      'machines of which a batch is drained at the peak',
      'ceil(worker.load / (1 - worker.deploy.batch))',
    ),
    formula(
      'worker.machines.memory',
      'machine',
      'machines whose memory holds one process per busy core, with headroom',
      'ceil(worker.busyCores * worker.processesPerCore * worker.memory.perProcess / worker.machine.memory / (1 - policy.headroom))',
    ),
    formula(
      'worker.bandwidth.in',
      'Gbit/s',
      'bodies that workers fetch at the peak',
      'workload.demand * workload.payload.mean',
    ),
    formula(
      'worker.bandwidth.out',
      'Gbit/s',
      'images that workers send back at the peak',
      'workload.demand * workload.response.mean',
    ),
    formula(
      'worker.machines.bandwidth',
      'machine',
      'machines whose NICs carry the busier direction, with headroom',
      'ceil(max(worker.bandwidth.in, worker.bandwidth.out) / worker.machine.network / (1 - policy.headroom))',
    ),
    countOf('worker.machines.count', 'machine', 'worker machines per region', constraints),
    formula(
      'worker.machines.spare',
      'machine',
      'machines beyond what the peak fills',
      'worker.machines.count - worker.load',
    ),
    formula(
      'worker.cores',
      'core',
      'cores of the worker fleet in a region',
      'worker.machines.count * worker.machine.cores',
    ),
    formula(
      'worker.capacity',
      'req/s',
      'resizes per second that the fleet does when every core is busy',
      'worker.cores * worker.throughputPerCore',
    ),
    formula(
      'worker.exhaustion',
      'y',
      'time until growing demand fills every worker core at the peak; 0 where demand does not grow',
      'workload.growth > 0 ? max(0 y, log(worker.capacity / workload.demand) / log1p(workload.growth) * 1 y) : 0 y',
    ),
    formula(
      'worker.utilization',
      '%',
      'share of the cores that the peak keeps busy',
      'worker.busyCores / worker.cores',
    ),
    formula(
      'worker.yieldAfterZoneLoss',
      '%',
      'share of the peak that is served after the largest zone is lost; the rest is shed, queued or degraded as declared',
      'min(1, survivors(worker.machines.count, domains.zones, 1) / worker.load)',
    ),
  ],
};
