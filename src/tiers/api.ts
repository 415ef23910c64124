import { apiDeployment } from './api-deployment.ts';
import { apiOperation } from './api-operation.ts';
import { assumed, cited, countOf, formula, type TierConstraint, type TierModel } from './tier.ts';

const constraints: readonly TierConstraint[] = [
  {
    kind: 'headroom',
    quantity: 'api.servers.headroom',
    meaning: 'carries the peak with the declared share of capacity kept free',
  },
  {
    kind: 'machine loss',
    quantity: 'api.servers.machineLoss',
    when: 'policy.survive.machine',
    meaning: 'one server may be lost at the peak (N+1)',
  },
  {
    kind: 'throughput',
    quantity: 'api.servers.throughput',
    meaning: 'carries the requests of the peak, nothing to spare',
  },
  {
    kind: 'bandwidth',
    quantity: 'api.servers.bandwidth',
    meaning: 'a body and an image pass in each direction: body in and on to a worker, image back and out',
  },
  {
    kind: 'memory',
    quantity: 'api.servers.memory',
    meaning: 'holds the bodies in flight during the pause of an election, and the identity cache',
  },
  {
    kind: 'rolling deploy',
    quantity: 'api.servers.deploy',
    meaning: 'one server at a time is drained while the others carry the peak',
  },
  {
    kind: 'zone loss',
    quantity: 'api.servers.zone',
    when: 'policy.survive.zone',
    meaning: 'the zones that are left carry the peak',
  },
];

/** The customer-facing servers: authenticate, keep the bytes, queue a reference, wait, answer. */
export const api: TierModel = {
  id: 'api',
  title: 'API servers',
  counted: 'server',
  names: {
    count: 'api.servers.count',
    demand: 'api.requests',
    capacity: 'api.server.throughput',
    spare: 'api.servers.spare',
  },
  constraints,
  highlights: [
    'api.objective',
    'api.bodies.inFlight',
    'api.bodies.duringPause',
    'api.memory.perServer',
    'api.deadline',
  ],
  declarations: [
    ...apiDeployment,
    ...apiOperation,
    cited(
      'api.server.throughput',
      '5k req/s/machine',
      'requests that one API server carries',
      'the essay: "They handle the 10K RPS load with 5K RPS per server"',
    ),
    formula('api.requests', 'req/s', 'requests at the peak of a region', 'workload.demand'),
    formula(
      'api.bandwidth.perDirection',
      'Gbit/s',
      'traffic in each direction: bodies in and on to workers, images in from workers and out',
      'workload.demand * (workload.payload.mean + workload.response.mean)',
    ),
    formula(
      'api.bodies.inFlight',
      'req',
      'requests in flight at the peak when all is well (Little: rate times the latency objective)',
      'workload.demand * objectives.latency.below',
      'Little 1961',
    ),
    formula(
      'api.bodies.duringPause',
      'req',
      'requests held while the queue elects a leader: those in flight and those that arrive meanwhile',
      'api.bodies.inFlight + workload.demand * queue.election.pause',
    ),
    assumed(
      'api.request.overhead',
      '64 KiB/req',
      'memory of a request beside its body: buffers, headers, promise and job record',
      'a Node HTTP request with its socket; to be measured on the service',
    ),
    assumed(
      'api.server.baseMemory',
      '512 MiB/machine',
      'memory of the server process itself',
      'Node with its heap, one process per core sharing the listener',
    ),
    formula(
      'api.memory.bodies',
      'GB',
      'bytes of bodies held in a region during the pause of an election',
      'api.bodies.duringPause * (workload.payload.mean + api.request.overhead)',
    ),
    formula(
      'api.memory.perServer',
      'GB/machine',
      'memory that one server needs: its share of the bodies with one server lost, cache, process',
      'api.memory.bodies / max(api.servers.count - 1 machine, 1 machine) + identityCache.memory + api.server.baseMemory',
    ),
    formula(
      'api.load.requests',
      'machine',
      'servers that the requests would fill',
      'api.requests / api.server.throughput',
    ),
    formula(
      'api.load.bandwidth',
      'machine',
      'servers that the bandwidth would fill',
      'api.bandwidth.perDirection / api.machine.network',
    ),
    formula(
      'api.load.memory',
      'machine',
      'servers whose memory the bodies held during an election would fill',
      'api.memory.bodies / max(api.machine.memory - identityCache.memory - api.server.baseMemory, 1 MB/machine)',
    ),
    formula(
      'api.load',
      'machine',
      'servers that the scarcest resource would fill',
      'max(api.load.requests, api.load.bandwidth, api.load.memory)',
    ),
    formula('api.servers.throughput', 'machine', 'servers for the requests alone', 'ceil(api.load.requests)'),
    formula(
      'api.servers.bandwidth',
      'machine',
      'servers for the bandwidth alone, with headroom',
      'ceil(api.load.bandwidth / (1 - policy.headroom))',
    ),
    formula(
      'api.servers.memory',
      'machine',
      'servers for the memory alone, with headroom',
      'ceil(api.load.memory / (1 - policy.headroom))',
    ),
    formula(
      'api.servers.headroom',
      'machine',
      'servers that carry the peak with headroom',
      'ceil(api.load / (1 - policy.headroom))',
    ),
    formula(
      'api.servers.machineLoss',
      'machine',
      'servers of which one may be lost at the peak',
      'ceil(api.load) + 1 machine',
    ),
    formula(
      'api.servers.deploy',
      'machine',
      'servers of which one is drained for a deploy at the peak',
      'ceil(api.load) + 1 machine',
    ),
    formula(
      'api.servers.zone',
      'machine',
      'servers, spread evenly, of which any one zone may be lost at the peak',
      'zoneStable(api.load, domains.zones, 1)',
    ),
    countOf('api.servers.count', 'machine', 'API servers per region', constraints),
    formula(
      'api.servers.spare',
      'machine',
      'servers beyond what the peak fills',
      'api.servers.count - api.load',
    ),
  ],
};
