import { loadBalancerDeployment } from './load-balancer-deployment.ts';
import { loadBalancerOperation } from './load-balancer-operation.ts';
import { assumed, countOf, formula, type TierConstraint, type TierModel } from './tier.ts';

const constraints: readonly TierConstraint[] = [
  {
    kind: 'bandwidth',
    quantity: 'loadBalancer.nodes.bandwidth',
    meaning: 'carries requests and responses both ways on one NIC, with headroom and a node to lose',
  },
  {
    kind: 'throughput',
    quantity: 'loadBalancer.nodes.throughput',
    meaning: 'terminates TLS and proxies every request, with headroom and a node to lose',
  },
  {
    kind: 'connections',
    quantity: 'loadBalancer.nodes.connections',
    meaning: 'holds every client connection in memory, also those of an overload',
  },
  {
    kind: 'zone loss',
    quantity: 'loadBalancer.nodes.zone',
    when: 'policy.survive.zone',
    meaning: 'the zones that are left carry the peak',
  },
];

/** The front door: a proxy that terminates TLS and spreads requests over the API servers. */
export const loadBalancer: TierModel = {
  id: 'loadBalancer',
  title: 'load balancer',
  counted: 'node',
  names: {
    count: 'loadBalancer.nodes.count',
    demand: 'loadBalancer.bandwidth.perDirection',
    capacity: 'loadBalancer.machine.network',
    spare: 'loadBalancer.nodes.spare',
  },
  constraints,
  highlights: [
    'loadBalancer.bandwidth.in',
    'loadBalancer.bandwidth.out',
    'loadBalancer.connections.new',
    'loadBalancer.busyCores',
    'loadBalancer.deadline',
  ],
  declarations: [
    ...loadBalancerDeployment,
    ...loadBalancerOperation,
    formula(
      'loadBalancer.bandwidth.in',
      'Gbit/s',
      'request bodies that arrive from clients at the peak',
      'workload.demand * workload.payload.mean',
    ),
    formula(
      'loadBalancer.bandwidth.out',
      'Gbit/s',
      'resized images that go back to clients at the peak',
      'workload.demand * workload.response.mean',
    ),
    formula(
      'loadBalancer.bandwidth.perDirection',
      'Gbit/s',
      'traffic in each direction of the NIC: a proxy receives requests and responses and sends both on',
      'loadBalancer.bandwidth.in + loadBalancer.bandwidth.out',
    ),
    assumed(
      'loadBalancer.requestsPerConnection',
      '10 req/connection',
      'requests that a client sends over one connection',
      'API clients keep connections alive, but thousands of small customers do not pool them',
    ),
    formula(
      'loadBalancer.connections.new',
      'connection/s',
      'TLS handshakes at the peak',
      'workload.demand / loadBalancer.requestsPerConnection',
    ),
    assumed(
      'loadBalancer.handshakesPerCore',
      '2000 connection/s/core',
      'TLS 1.3 handshakes with an ECDSA P-256 certificate that one core completes',
      'a cautious figure for a server core of this decade; measure with `openssl speed ecdsap256` times the proxy share',
    ),
    assumed(
      'loadBalancer.requestsPerCore',
      '20k req/s/core',
      'small HTTP requests that one core of the proxy forwards',
      'a cautious figure for HAProxy 2.x with header parsing and logging',
    ),
    assumed(
      'loadBalancer.bytesPerCore',
      '1 GB/s/core',
      'AES-GCM and copying that one core does while bodies pass',
      'AES-NI alone reaches several GB/s; copying twice and the kernel take the rest',
    ),
    formula(
      'loadBalancer.busyCores',
      'core',
      'cores busy with handshakes, requests and bytes at the peak',
      'loadBalancer.connections.new / loadBalancer.handshakesPerCore + workload.demand / loadBalancer.requestsPerCore + loadBalancer.bandwidth.perDirection / loadBalancer.bytesPerCore',
    ),
    assumed(
      'loadBalancer.connections.idle',
      '60 s',
      'time that a connection stays open after its last response',
      'long enough to spare handshakes, short enough to bound memory',
    ),
    formula(
      'loadBalancer.connections.open',
      'connection',
      'connections open at once (Little: arrival rate times the time that each stays)',
      'loadBalancer.connections.new * loadBalancer.connections.idle + workload.demand * objectives.latency.below * 1 connection / req',
      'Little 1961',
    ),
    formula(
      'loadBalancer.connections.most',
      'connection',
      'connections that must be accepted, so that too many requests are answered and not left waiting: all that the API servers take at once, those that wait for them, and those that are open anyway',
      'api.concurrency.limit * api.servers.count * (1 + policy.headroom) * 1 connection / req + loadBalancer.connections.open / (1 - policy.headroom) + loadBalancer.connections.client * 1 machine',
    ),
    assumed(
      'loadBalancer.connections.memory',
      '64 KiB/connection',
      'memory of one proxied connection: two buffers, TLS state, socket buffers at rest',
      'HAProxy: two 16 KiB buffers, about 20 KiB of TLS state, and the kernel',
    ),
    formula(
      'loadBalancer.load.bandwidth',
      'machine',
      'nodes that bandwidth would fill',
      'loadBalancer.bandwidth.perDirection / loadBalancer.machine.network',
    ),
    formula(
      'loadBalancer.load.cores',
      'machine',
      'nodes that CPU would fill',
      'loadBalancer.busyCores / loadBalancer.machine.cores',
    ),
    formula(
      'loadBalancer.load',
      'machine',
      'nodes that the scarcest resource would fill',
      'max(loadBalancer.load.bandwidth, loadBalancer.load.cores)',
    ),
    formula(
      'loadBalancer.nodes.bandwidth',
      'machine',
      'nodes for the bandwidth with headroom, and one more than the load where a node may be lost',
      'max(ceil(loadBalancer.load.bandwidth / (1 - policy.headroom)), ceil(loadBalancer.load.bandwidth) + required(policy.survive.machine, 1 machine))',
    ),
    formula(
      'loadBalancer.nodes.throughput',
      'machine',
      'nodes for the CPU with headroom, and one more than the load where a node may be lost',
      'max(ceil(loadBalancer.load.cores / (1 - policy.headroom)), ceil(loadBalancer.load.cores) + required(policy.survive.machine, 1 machine))',
    ),
    formula(
      'loadBalancer.nodes.connections',
      'machine',
      'nodes whose memory holds all connections that must be accepted, with headroom, and one more where a node may be lost',
      'ceil(loadBalancer.connections.most * loadBalancer.connections.memory / loadBalancer.machine.memory / (1 - policy.headroom)) + required(policy.survive.machine, 1 machine)',
    ),
    formula(
      'loadBalancer.nodes.zone',
      'machine',
      'nodes, spread evenly, of which any one zone may be lost at the peak',
      'zoneStable(loadBalancer.load, domains.zones, 1)',
    ),
    countOf('loadBalancer.nodes.count', 'machine', 'load balancer nodes per region', constraints),
    formula(
      'loadBalancer.nodes.spare',
      'machine',
      'nodes beyond what the peak fills',
      'loadBalancer.nodes.count - loadBalancer.load',
    ),
  ],
};
