import type { Declaration } from '../sheet/types.ts';
import { assumed, formula } from './tier.ts';

/** What an API server is given, and how it stops, keeps jobs and repeats answers. */
export const apiDeployment: readonly Declaration[] = [
  assumed(
    'api.requestsPerCore',
    '1250 req/s/core',
    'requests that one core of an API server carries',
    'four cores for the 5k of a server: TLS ends before it, bodies are copied and not decoded; measure it',
  ),
  formula(
    'api.cores.perServer',
    'core/machine',
    'CPU of a server: its share of the requests with one server lost, and headroom',
    'max(deploy.cpu.least, api.requests / max(api.servers.count - 1 machine, 1 machine) / api.requestsPerCore / (1 - policy.headroom))',
  ),
  formula(
    'api.cores.limit',
    'core/machine',
    'CPU that a server may use in a burst',
    'api.cores.perServer * deploy.cpu.burst',
  ),
  formula(
    'api.memory.limit',
    'GB/machine',
    'memory of a server, for which its limit of requests in flight is computed; the rest is the system',
    'api.machine.memory * (1 - policy.headroom)',
  ),
  formula(
    'api.drainNotice',
    's',
    'time from the failing of readiness until no connection is taken: every load balancer has noticed',
    'loadBalancer.check.interval * (loadBalancer.check.fall + 1)',
  ),
  formula(
    'api.grace',
    's',
    'time until a server that was told to stop is killed: notice, drain and a margin',
    'api.drainNotice + api.drainTime + loadBalancer.hopMargin',
  ),
  formula(
    'api.receiveTimeout',
    's',
    'time in which a server must have a whole request: longer than the load balancer waits for its client',
    'loadBalancer.timeout.slowClient + loadBalancer.hopMargin',
  ),
  assumed(
    'api.sourceTimeout',
    '5 s',
    'time in which a body must be fetched by its address',
    'a third of the deadline is left for the queue and the resize',
  ),
  assumed(
    'api.spool.bytes',
    '10 GB/machine',
    'bytes of asynchronous jobs and their results that one server keeps',
    'ten thousand of the largest bodies; above, such requests are refused',
  ),
  formula(
    'api.spool.disk',
    'GB/machine',
    'volume of a server for that, with headroom for the file system',
    'api.spool.bytes / (1 - policy.headroom)',
  ),
  assumed(
    'api.spool.deadline',
    '1 h',
    'time after which an asynchronous job that nobody finished is given up',
    'whoever polls has time; an outage of that length is over or known',
  ),
  assumed(
    'api.spool.retention',
    '1 d',
    'time for which a finished job can be polled',
    'a nightly client meets its result the next night',
  ),
  assumed(
    'api.idempotency.ttl',
    '10 min',
    'time for which an answer is remembered by its key',
    'clients retry within minutes',
  ),
  assumed(
    'api.idempotency.bytes',
    '64 MiB/machine',
    'memory of remembered answers',
    'a thousand answers of the mean size',
  ),
];
