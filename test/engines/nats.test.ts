import { type ConsumerMessages, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hasService, processesIn, type RunningEngine, startEngine } from './engine-start.ts';

describe.skipIf(!hasService('nats'))('NATS with three nodes', { timeout: 120_000 }, () => {
  let nats: RunningEngine;
  let connection: NatsConnection;

  beforeAll(async () => {
    nats = await startEngine('nats', { nodes: 3 });
    connection = await connect({
      servers: [...nats.addresses],
      timeout: 2000,
      pingInterval: 2000,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 100,
    });
    const manager = await jetstreamManager(connection);
    await manager.streams.add({
      name: 'jobs',
      subjects: ['jobs.>'],
      retention: 'workqueue',
      storage: 'file',
      num_replicas: 3,
    });
    await manager.consumers.add('jobs', { durable_name: 'workers', ack_policy: 'explicit' });
  }, 60_000);

  afterAll(async () => {
    await connection?.close();
    await nats?.stop();
  });

  /** Stream, consumer and cluster elect a leader each, one after the other; until then nobody answers. */
  const patiently = <T>(ask: () => Promise<T>) => vi.waitFor(ask, { timeout: 30_000, interval: 250 });

  /** The node that leads the stream, and whether all replicas have everything. */
  const state = async () => {
    const { cluster } = await (await jetstreamManager(connection)).streams.info('jobs');
    const whole = cluster?.replicas?.every(({ current, offline }) => current && offline !== true) ?? false;
    return { leader: Number(cluster?.leader?.slice(1)), whole };
  };

  const messagesLeft = async () =>
    (await (await jetstreamManager(connection)).streams.info('jobs')).state.messages;

  it('keeps a message on three nodes, delivers it, and forgets it once it is acknowledged', async () => {
    const queue = jetstream(connection);
    const first = await queue.publish('jobs.a', 'one', { msgID: 'one' });
    expect(first.duplicate).toBe(false);
    expect((await queue.publish('jobs.a', 'one', { msgID: 'one' })).duplicate).toBe(true);
    const message = await (await queue.consumers.get('jobs', 'workers')).next();
    expect(message?.string()).toBe('one');
    expect(await message?.ackAck()).toBe(true);
    await expect.poll(messagesLeft, { timeout: 10_000 }).toBe(0);
  });

  it('loses no acknowledged message when the leader is killed, and takes the node back', async () => {
    const queue = jetstream(connection);
    const sent = Array.from({ length: 50 }, (_, i) => `job-${i}`);
    for (const id of sent.slice(0, 25)) await queue.publish('jobs.b', id, { msgID: id });
    const { leader } = await patiently(state);
    await nats.kill(leader);
    for (const id of sent.slice(25)) await publishUntilTaken(id);
    expect((await patiently(state)).leader).not.toBe(leader);

    const consumer = await patiently(() => queue.consumers.get('jobs', 'workers'));
    const received = new Set<string>();
    const messages: ConsumerMessages = await consumer.consume({ max_messages: 10 });
    for await (const message of messages) {
      received.add(message.string());
      if (await message.ackAck()) if (received.size === sent.length) break;
    }
    await messages.close();
    expect([...received].sort()).toEqual([...sent].sort());

    await nats.restart(leader);
    await expect.poll(async () => (await state()).whole, { timeout: 60_000, interval: 250 }).toBe(true);
  });

  // While the nodes elect a leader, JetStream says that it is not enabled.
  const publishUntilTaken = async (id: string) => {
    for (let attempt = 0; attempt < 300; attempt += 1) {
      try {
        return await jetstream(connection).publish('jobs.b', id, { msgID: id, timeout: 1000 });
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
    throw new Error(`${id} was never taken`);
  };

  it('holds keys and values in a bucket', async () => {
    const bucket = await new Kvm(connection).create('leases', { replicas: 3 });
    await bucket.create('primary', 'a');
    await expect(bucket.create('primary', 'b')).rejects.toThrow(/wrong last sequence/);
    expect((await bucket.get('primary'))?.string()).toBe('a');
  });

  it('leaves nothing running after stop, a hung node included', async () => {
    const folders = [1, 2, 3].map((node) => nats.nodeFolder(node));
    await nats.kill(2, 'SIGSTOP');
    expect(folders.map((folder) => processesIn(folder).length)).toEqual([1, 1, 1]);
    await connection.close();
    await nats.stop();
    expect(folders.flatMap(processesIn)).toEqual([]);
  });
});
