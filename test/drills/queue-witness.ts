import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { until } from './processes.ts';

/** What became of the jobs of the queue, counted by somebody who is no part of it. */
export interface Sum {
  readonly published: number;
  readonly acknowledged: number;
  readonly expired: number;
  readonly setAside: number;
  readonly waiting: number;
  readonly inFlight: number;
}

export interface QueueWitness {
  sum(): Promise<Sum>;
  /** Node (from 1) that leads a partition. */
  leader(partition: number): Promise<number>;
  /** Lets partitions be led by more than one node, so that the loss of one leader stops a part of them and not all. */
  spread(): Promise<void>;
  /** Whether every replica of every stream has everything: only then may the next fault come. */
  isWhole(): Promise<boolean>;
  close(): Promise<void>;
}

const jobs = /^HEADROOM_JOBS_\d+$/;

/**
 * Listens on every node to the acknowledgements that workers send, so that the sum of what was published can be held
 * against what was seen to end and not against a difference: a job that vanished would be in neither.
 */
export async function watchFromOutside(addresses: readonly string[]): Promise<QueueWitness> {
  const settings = { maxReconnectAttempts: -1, reconnectTimeWait: 100, pingInterval: 2000, timeout: 2000 };
  const listeners = await Promise.all(addresses.map((servers) => connect({ servers, ...settings })));
  const asker = await connect({ servers: [...addresses], ...settings });
  const manager = await jetstreamManager(asker, { timeout: 5000, checkAPI: false });
  const ended = new Map<string, Set<number>>();
  for (const listener of listeners) listen(listener, ended);
  const partitions = async () => (await listStreams(manager)).filter(({ config }) => jobs.test(config.name));
  const leaders = async () => new Set((await partitions()).map(({ cluster }) => cluster?.leader));
  const linesOf = async (name: string) => (await manager.streams.info(name)).state.last_seq;

  return {
    async sum() {
      const streams = await partitions();
      const consumers = await Promise.all(
        streams.map(({ config }) => manager.consumers.info(config.name, 'workers')),
      );
      const add = (numbers: readonly number[]) => numbers.reduce((all, each) => all + each, 0);
      const [expired, setAside] = await Promise.all(['HEADROOM_EXPIRED', 'HEADROOM_ASIDE'].map(linesOf));
      const inFlight = add(consumers.map((each) => each.num_ack_pending));
      return {
        published: add(streams.map(({ state }) => state.last_seq)),
        acknowledged:
          add(streams.map(({ config }) => ended.get(config.name)?.size ?? 0)) -
          (expired ?? 0) -
          (setAside ?? 0),
        expired: expired ?? 0,
        setAside: setAside ?? 0,
        waiting: add(streams.map(({ state }) => state.messages)) - inFlight,
        inFlight,
      };
    },
    leader: async (partition) =>
      Number((await manager.streams.info(`HEADROOM_JOBS_${partition}`)).cluster?.leader?.slice(1)),
    async spread() {
      if ((await leaders()).size > 1) return;
      const [, second] = await partitions();
      await asker.request(`$JS.API.STREAM.LEADER.STEPDOWN.${second?.config.name}`);
      await until('partitions have several leaders', async () => {
        const found = await leaders();
        return found.size > 1 && !found.has(undefined);
      });
    },
    async isWhole() {
      const streams = await listStreams(manager).catch(() => undefined);
      return (
        streams?.every(
          ({ cluster }) =>
            cluster?.leader !== undefined &&
            cluster.replicas?.length === addresses.length - 1 &&
            cluster.replicas.every(({ current, offline }) => current && !offline),
        ) ?? false
      );
    },
    close: async () => {
      await Promise.all([...listeners, asker].map((each) => each.close()));
    },
  };
}

/** `$JS.ACK.<stream>.<consumer>.<count>.<sequence>...`; the payload says what kind it is. */
function listen(connection: NatsConnection, ended: Map<string, Set<number>>): void {
  connection.subscribe('$JS.ACK.>', {
    callback: (_error, message) => {
      const tokens = message.subject.split('.');
      const first = tokens.length > 9 ? 4 : 2;
      const [stream = '', , , sequence] = tokens.slice(first);
      const text = message.string();
      if (!jobs.test(stream) || (text !== '' && text !== '+ACK')) return;
      const sequences = ended.get(stream) ?? new Set<number>();
      ended.set(stream, sequences.add(Number(sequence)));
    },
  });
}

async function listStreams(manager: JetStreamManager) {
  const streams = [];
  for await (const stream of manager.streams.list()) streams.push(stream);
  return streams;
}
