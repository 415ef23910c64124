import { JetStreamApiError } from '@nats-io/jetstream';
import { connect, errors, type NatsConnection } from '@nats-io/transport-node';
import { QueueUnavailable } from '../contracts/queue.ts';
import { type RetryOptions, retry } from '../shared/backoff.ts';
import type { Logger } from '../shared/log.ts';

/** Time in which a first server has to answer, in milliseconds: a cluster that starts needs up to 15 s. */
const startPatience = 30_000;
/** One try, in milliseconds; a server that hangs must not use up the patience of a caller. */
export const tryTimeout = 1000;
/** Between tries: an election takes seconds, so nothing is won by asking more often. */
export const tryWaits: Pick<RetryOptions, 'first' | 'most'> = { first: 0.05, most: 0.25 };

/**
 * Connects to the servers of an address (comma separated) and stays connected. The client's own defaults would notice
 * a hung server after 4 minutes and give up after 10 tries; these notice within 6 s and never give up.
 */
export async function connectTo(address: string, logger: Logger): Promise<NatsConnection> {
  const servers = address.split(',').map((each) => each.trim());
  const options = {
    name: 'headroom',
    servers,
    timeout: 2000,
    pingInterval: 2000,
    maxPingOut: 2,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100,
    reconnectJitter: 150,
    reconnectJitterTLS: 150,
  };
  try {
    const until = Date.now() + startPatience;
    const connection = await retry(() => connect(options), { first: 0.25, most: 1, until });
    void logChanges(connection, logger);
    return connection;
  } catch (error) {
    throw new QueueUnavailable(`no NATS server answered at ${hostsOf(servers)}`, { cause: error });
  }
}

/** The same id is just being written for another publisher. */
const duplicateInProcess = 10158;

async function logChanges(connection: NatsConnection, logger: Logger): Promise<void> {
  for await (const status of connection.status()) {
    if (status.type === 'disconnect' || status.type === 'reconnect') {
      logger.warn({ server: hostsOf([status.server]) }, `queue: ${status.type}`);
    }
  }
}

/** Addresses without user and password. */
function hostsOf(servers: readonly string[]): string {
  return servers.map((each) => each.replace(/^.*@/, '')).join(', ');
}

/**
 * Whether an error may go away by itself: no answer, no leader, no connection. While a leader is elected JetStream
 * says that it is not enabled.
 */
export function isTransient(error: unknown): boolean {
  if (error instanceof JetStreamApiError) {
    return error.status === 503 || error.status === 408 || error.code === duplicateInProcess;
  }
  return (
    (error instanceof Error && error.name === 'JetStreamNotEnabled') ||
    error instanceof errors.TimeoutError ||
    error instanceof errors.NoRespondersError ||
    error instanceof errors.ConnectionError ||
    (error instanceof errors.RequestError && !(error.cause instanceof errors.ClosedConnectionError))
  );
}
