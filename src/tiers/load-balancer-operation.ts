import type { Declaration } from '../sheet/types.ts';
import { assumed, formula } from './tier.ts';

/** How the load balancer runs: connections, deadlines, queue. */
export const loadBalancerOperation: readonly Declaration[] = [
  formula(
    'loadBalancer.maxConnections',
    'connection/machine',
    'open connections that one node accepts, so that the others carry on when one is lost',
    'ceil(loadBalancer.connections.most / max(loadBalancer.nodes.count - 1 machine, 1 machine))',
  ),
  assumed(
    'loadBalancer.hopMargin',
    '1 s',
    'how much longer each hop waits than the one behind it',
    'the inner hop must give up first, so that its error and not a cut connection reaches the client',
  ),
  formula(
    'loadBalancer.deadline',
    's',
    'longest time that the load balancer waits for an API server',
    'api.deadline + loadBalancer.hopMargin',
  ),
  formula(
    'client.deadline',
    's',
    'timeout that a client should set',
    'loadBalancer.deadline + loadBalancer.hopMargin',
  ),
  assumed(
    'loadBalancer.timeout.connect',
    '1 s',
    'time to reach an API server before another one is tried',
    'a connection inside a region takes below 1 ms; a second covers one lost SYN',
  ),
  assumed(
    'loadBalancer.timeout.slowClient',
    '10 s',
    'longest time in which a client must have sent its request',
    '1 MB over a 1 Mbit/s line takes 8 s; slower senders only hold connections',
  ),
  formula(
    'loadBalancer.queue.limit',
    'req/machine',
    'requests that wait in one node for a free API server before it answers 503',
    'ceil(api.concurrency.limit * api.servers.count * policy.headroom / loadBalancer.nodes.count)',
  ),
];
