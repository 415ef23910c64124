import type { Declaration } from '../sheet/types.ts';
import { assumed, formula } from './tier.ts';

/** What a load balancer node is given, and how it checks its servers and stops. */
export const loadBalancerDeployment: readonly Declaration[] = [
  formula(
    'loadBalancer.cores.perNode',
    'core/machine',
    'CPU of a node: its share of the busy cores with one node lost, and headroom',
    'max(deploy.cpu.least, loadBalancer.busyCores / max(loadBalancer.nodes.count - 1 machine, 1 machine) / (1 - policy.headroom))',
  ),
  formula(
    'loadBalancer.cores.limit',
    'core/machine',
    'CPU that a node may use in a burst',
    'loadBalancer.cores.perNode * deploy.cpu.burst',
  ),
  assumed(
    'loadBalancer.memory.base',
    '256 MiB/machine',
    'memory of a node beside its connections',
    'HAProxy with its tables, certificates and the metrics page',
  ),
  formula(
    'loadBalancer.memory.perNode',
    'MB/machine',
    'memory of a node: all connections that it accepts, and itself',
    'loadBalancer.maxConnections * loadBalancer.connections.memory + loadBalancer.memory.base',
  ),
  assumed(
    'loadBalancer.connections.share',
    '1 %',
    'share of the connections of a node that one address may hold',
    'many customers sit behind one address, but none may fill a node',
  ),
  assumed(
    'loadBalancer.connections.client',
    '64 connection/machine',
    'connections that any address may hold at one node, however small the node is',
    'one client program: pools of libraries open up to 50, a browser 6, and some people sit behind one address or one port-forward',
  ),
  formula(
    'loadBalancer.connections.perAddress',
    'connection/machine',
    'connections that one address may hold at one node: its share, and what one client program opens in any case',
    'loadBalancer.connections.client + ceil(loadBalancer.maxConnections * loadBalancer.connections.share)',
  ),
  formula(
    'loadBalancer.connections.all',
    'connection/machine',
    'connections that a node accepts: those of customers, and for probes and figures what one client program opens',
    'loadBalancer.maxConnections + loadBalancer.connections.client',
  ),
  assumed(
    'loadBalancer.check.interval',
    '500 ms',
    'time between checks of an API server',
    'a dead server is out within a second; three nodes cost each server six small requests a second',
  ),
  assumed(
    'loadBalancer.check.timeout',
    '2 s',
    'time in which an API server must answer a check',
    'twice the lateness at which a server says itself that it is not ready: a busy one is slow to answer, and taking it out would push its load on the others',
  ),
  assumed('loadBalancer.check.fall', '2', 'failed checks until a server is out', 'one may be a lost packet'),
  assumed(
    'loadBalancer.check.rise',
    '2',
    'good checks until a server is back',
    'one may be luck while it starts',
  ),
  formula(
    'loadBalancer.queue.wait',
    's',
    'longest time that a request waits for a free API server: beyond it the latency objective is lost anyway',
    'objectives.latency.below',
  ),
  formula(
    'loadBalancer.server.limit',
    'req/machine',
    'requests that one node has in flight at one API server: its share of what that takes, with one node lost',
    'max(1 req/machine, floor(api.concurrency.limit / (max(loadBalancer.nodes.count - 1 machine, 1 machine) / 1 machine)))',
  ),
  formula(
    'loadBalancer.drainTime',
    's',
    'longest time from the order to stop until the last connection is closed',
    'loadBalancer.deadline + loadBalancer.hopMargin',
  ),
  formula(
    'loadBalancer.grace',
    's',
    'time until a node that was told to stop is killed: notice, drain and a margin',
    'deploy.notice + loadBalancer.drainTime + loadBalancer.hopMargin',
  ),
  formula(
    'loadBalancer.nodes.most',
    'machine',
    'nodes to which the tier may be scaled by itself',
    'ceil(loadBalancer.nodes.count * deploy.scale.most)',
  ),
];
