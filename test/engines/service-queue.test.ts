import { setTimeout as sleep } from 'node:timers/promises';
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Queue } from '../../service/contracts/queue.ts';
import { partitionOf } from '../../service/queue/nats-names.ts';
import { openQueue } from '../../service/queue/open.ts';
import type { QueueConfig } from '../../service/shared/config-types.ts';
import { createLogger } from '../../service/shared/log.ts';
import { createMetrics, type Metrics } from '../../service/shared/metrics.ts';
import { jobNamed, metricOf, queueConfig, queueContract } from '../service/contracts/queue.ts';
import { hasService, type RunningEngine, startEngine } from './engine-start.ts';

const logger = createLogger('worker', 'silent');

describe.skipIf(!hasService('nats'))('the queue on three NATS nodes', () => {
  let nats: RunningEngine;
  let connection: NatsConnection;
  let manager: JetStreamManager;

  beforeAll(async () => {
    nats = await startEngine('nats', { nodes: 3 });
    connection = await connect({
      servers: [...nats.addresses],
      timeout: 2000,
      pingInterval: 2000,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 100,
    });
    manager = await jetstreamManager(connection, { timeout: 5000 });
  }, 60_000);

  afterAll(async () => {
    await connection?.close();
    await nats?.stop();
  });

  const streams = async () => {
    const names: string[] = [];
    for await (const { config } of manager.streams.list()) names.push(config.name);
    return names;
  };
  const open = async (config: QueueConfig, metrics: Metrics): Promise<Queue> =>
    openQueue({ ...config, url: nats.address, replicas: 3 }, { logger, metrics });
  const openEmpty = async (config: QueueConfig, metrics: Metrics): Promise<Queue> => {
    for (const name of await streams()) await manager.streams.delete(name);
    return open(config, metrics);
  };

  /** Every replica of every stream and consumer has everything: only then may the next fault come. */
  const whole = async () => {
    for await (const { config, cluster } of manager.streams.list()) {
      if (cluster?.leader === undefined || cluster.replicas?.length !== 2) return `${config.name}: no leader`;
      const behind = cluster.replicas.filter(({ current, offline }) => !current || offline);
      if (behind.length > 0) return `${config.name}: ${behind.map(({ name }) => name).join()} behind`;
    }
    return 'whole';
  };
  const untilWhole = () =>
    expect.poll(() => whole().catch(String), { timeout: 60_000, interval: 250 }).toBe('whole');
  const leaderOf = async (partition: number) =>
    Number((await manager.streams.info(`HEADROOM_JOBS_${partition}`)).cluster?.leader?.slice(1));

  queueContract({ open: openEmpty, patience: 10_000 });

  describe('its streams', { timeout: 60_000 }, () => {
    it('are replicated, bounded, refuse when full, and keep a job until it is acknowledged', async () => {
      const queue = await openEmpty(
        { ...queueConfig, partitions: 2, maxMessages: 100, maxBytes: 1_000_000 },
        createMetrics('worker'),
      );
      const { config } = await manager.streams.info('HEADROOM_JOBS_1');
      expect(config).toMatchObject({
        retention: 'workqueue',
        storage: 'file',
        discard: 'new',
        num_replicas: 3,
        max_msgs: 50,
        max_bytes: 500_000,
        duplicate_window: 60e9,
      });
      expect((await manager.consumers.info('HEADROOM_JOBS_0', 'workers')).config).toMatchObject({
        ack_policy: 'explicit',
        ack_wait: 20e9,
      });
      await queue.close();
    });

    it('take new bounds when the queue is opened with them, and keep what is in them', async () => {
      const first = await openEmpty(queueConfig, createMetrics('worker'));
      await first.publish(jobNamed('kept'));
      await first.close();
      const second = await open({ ...queueConfig, maxMessages: 500, ackWait: 7 }, createMetrics('worker'));
      expect((await manager.streams.info('HEADROOM_JOBS_0')).config.max_msgs).toBe(250);
      expect((await manager.consumers.info('HEADROOM_JOBS_0', 'workers')).config.ack_wait).toBe(7e9);
      expect((await second.state()).waiting).toBe(1);
      await second.close();
    });

    it('have beside them a bucket that takes new settings too, and keeps what is in it', async () => {
      for (const name of await streams()) await manager.streams.delete(name);
      const made = { replicas: 1, max_bytes: 1_000_000, ttl: 1000_000, history: 2, allow_direct: true };
      const bucket = await new Kvm(connection).create('HEADROOM_DELIVERIES', made);
      // Its leader is a moment behind the answer that it is made.
      await expect.poll(() => bucket.put('kept', 'as it was').catch(String), { timeout: 10_000 }).toBe(1);
      const queue = await open(queueConfig, createMetrics('worker'));
      expect((await manager.streams.info('KV_HEADROOM_DELIVERIES')).config).toMatchObject({
        num_replicas: 3,
        max_bytes: queueConfig.maxBytes,
        max_age: 24 * 3600e9,
        max_msgs_per_subject: 1,
        allow_direct: false,
      });
      await untilWhole();
      const kept = await manager.streams.getMessage('KV_HEADROOM_DELIVERIES', { seq: 1 });
      expect(kept?.string()).toBe('as it was');
      await queue.close();
    });

    it('are still emptied when a queue with fewer partitions is opened', async () => {
      const wide = await openEmpty({ ...queueConfig, partitions: 4 }, createMetrics('worker'));
      for (let i = 0; i < 20; i++) await wide.publish(jobNamed(`job-${i}`));
      await wide.close();
      const narrow = await open({ ...queueConfig, partitions: 1 }, createMetrics('worker'));
      const done = new Set<string>();
      await narrow.consume({
        concurrency: 2,
        take: async (delivery) => {
          await delivery.acknowledge();
          done.add(delivery.job.id);
        },
      });
      await expect.poll(() => done.size, { timeout: 10_000 }).toBe(20);
      await narrow.close();
    });

    it('are named when one exists that cannot be changed', async () => {
      for (const name of await streams()) await manager.streams.delete(name);
      await manager.streams.add({
        name: 'HEADROOM_JOBS_0',
        subjects: ['headroom.jobs.0'],
        retention: 'limits',
        storage: 'memory',
      });
      await expect(open(queueConfig, createMetrics('worker'))).rejects.toThrow(
        /stream HEADROOM_JOBS_0 exists with another .*storage/,
      );
    });

    it('keep a job that was set aside, with the reason', async () => {
      const queue = await openEmpty({ ...queueConfig, maxDeliveries: 1 }, createMetrics('worker'));
      await queue.publish(jobNamed('poison'));
      await queue.consume({
        concurrency: 1,
        take: async (delivery) => {
          await delivery.died('killed by signal\nSIGSEGV');
        },
      });
      await expect.poll(async () => (await queue.state()).setAside, { timeout: 10_000 }).toBe(1);
      const kept = await manager.streams.getMessage('HEADROOM_ASIDE', { seq: 1 });
      expect(kept?.json()).toMatchObject({ id: 'poison', customer: 'customer-1' });
      expect(kept?.header.get('headroom-reason')).toBe('killed by signal SIGSEGV');
      await queue.close();
    });
  });

  it('sets aside a message that nobody can read, as it is, with or without a worker that meets it', {
    timeout: 60_000,
  }, async () => {
    const metrics = createMetrics('worker');
    const queue = await openEmpty({ ...queueConfig, partitions: 1, maxAge: 1 }, metrics);
    connection.publish('headroom.jobs.0', 'no JSON at all');
    connection.publish('headroom.jobs.0', new Uint8Array([0xff, 0xfe, 0x00]));
    await connection.flush();
    await expect.poll(async () => (await queue.state()).setAside, { timeout: 20_000 }).toBe(2);
    const done: string[] = [];
    await queue.consume({
      concurrency: 2,
      take: async (delivery) => {
        await delivery.acknowledge();
        done.push(delivery.job.id);
      },
    });
    connection.publish('headroom.jobs.0', '[]');
    await queue.publish(jobNamed('good'));
    await expect.poll(() => done, { timeout: 10_000 }).toEqual(['good']);
    await expect
      .poll(() => queue.state(), { timeout: 10_000 })
      .toMatchObject({ waiting: 0, inFlight: 0, setAside: 3, acknowledged: 1, published: 4 });
    expect(await metricOf(metrics, 'headroom_queue_messages_set_aside_total')).toBe(3);
    const kept = await manager.streams.getMessage('HEADROOM_ASIDE', { seq: 1 });
    expect(kept?.string()).toBe('no JSON at all');
    expect(kept?.header.get('headroom-reason')).toBe('not a job: it is no JSON');
    await queue.close();
  });

  describe('under load', { timeout: 180_000 }, () => {
    let publisher: Queue;
    let worker: Queue;
    let counted: { publisher: Metrics; worker: Metrics };
    let published: string[];
    let finished: Map<string, number>;
    let stop: () => Promise<void>;

    beforeEach(async () => {
      counted = { publisher: createMetrics('api'), worker: createMetrics('worker') };
      const config = { ...queueConfig, partitions: 2, ackWait: 5, maxMessages: 100_000, maxDeliveries: 5 };
      publisher = await openEmpty({ ...config, maxAge: 120 }, counted.publisher);
      worker = await open({ ...config, maxAge: 120 }, counted.worker);
      published = [];
      finished = new Map();
      let publishing = true;
      let next = 0;
      const publish = async () => {
        while (publishing) {
          const id = `job-${next++}`;
          // As the API's spool does: again with the same id until somebody says that it is safe.
          while (publishing) {
            const safe = await publisher.publish(jobNamed(id)).then(
              () => true,
              () => false,
            );
            if (safe) {
              published.push(id);
              break;
            }
          }
          await sleep(5);
        }
      };
      const publishers = Promise.all(Array.from({ length: 4 }, publish));
      await worker.consume({
        concurrency: 8,
        take: async (delivery) => {
          await delivery.acknowledge();
          finished.set(delivery.job.id, (finished.get(delivery.job.id) ?? 0) + 1);
        },
      });
      stop = async () => {
        publishing = false;
        await publishers;
      };
      await expect.poll(() => finished.size, { timeout: 20_000 }).toBeGreaterThan(100);
      await untilWhole();
    }, 60_000);

    const more = async (count: number) => {
      const target = finished.size + count;
      await expect.poll(() => finished.size, { timeout: 60_000, interval: 50 }).toBeGreaterThan(target);
    };
    /** Everything that was acknowledged to a publisher was finished, once, and the books of the queue agree. */
    const settle = async () => {
      await stop();
      const missing = () => published.filter((id) => !finished.has(id)).length;
      await expect.poll(missing, { timeout: 60_000, interval: 100 }).toBe(0);
      const state = async () => publisher.state().catch(() => undefined);
      await expect
        .poll(state, { timeout: 30_000, interval: 250 })
        .toMatchObject({ waiting: 0, inFlight: 0, setAside: 0, expired: 0 });
      const { published: stored, acknowledged } = await publisher.state();
      expect(stored).toBe(acknowledged);
      // A publish that was given up at the end may be stored all the same, never more than one a publisher.
      expect(stored).toBeGreaterThanOrEqual(published.length);
      expect(stored).toBeLessThanOrEqual(published.length + 4);
      expect(finished.size).toBe(stored);
      expect(new Set(published).size).toBe(published.length);
      await publisher.close();
      await worker.close();
    };

    it('loses and doubles nothing when leaders are killed, one after another', async () => {
      for (const partition of [0, 1, 0]) {
        const node = await leaderOf(partition);
        await nats.kill(node);
        await more(50);
        await nats.restart(node);
        await untilWhole();
      }
      await settle();
      const elections = (await counted.publisher.text())
        .split('\n')
        .filter((line) => line.startsWith('headroom_queue_leader_changes_total{'));
      expect(elections.length).toBeGreaterThan(0);
      expect(elections.reduce((sum, line) => sum + Number(line.split(' ')[1]), 0)).toBeGreaterThan(1);
    });

    it('goes on without a leader that hangs, and takes it back', async () => {
      const node = await leaderOf(0);
      await nats.kill(node, 'SIGSTOP');
      await more(50);
      await nats.kill(node, 'SIGCONT');
      await untilWhole();
      await settle();
    });

    it('loses nothing when all nodes are killed at once', async () => {
      for (const node of [1, 2, 3]) await nats.kill(node);
      await sleep(1000);
      await Promise.all([1, 2, 3].map((node) => nats.restart(node)));
      await untilWhole();
      await more(50);
      await settle();
    });
  });

  it('says that it is unavailable within its time while the leader is gone, and takes the job afterwards', {
    timeout: 120_000,
  }, async () => {
    const queue = await openEmpty({ ...queueConfig, partitions: 1, publishTimeout: 1 }, createMetrics('api'));
    await untilWhole();
    expect(partitionOf('first', 1)).toBe(0);
    const leader = await leaderOf(0);
    const others = [1, 2, 3].filter((node) => node !== leader);
    for (const node of others) await nats.kill(node);
    await expect(queue.publish(jobNamed('first'))).rejects.toMatchObject({ name: 'QueueUnavailable' });
    await expect.poll(() => queue.healthy(), { timeout: 30_000, interval: 500 }).toBe(false);
    await Promise.all(others.map((node) => nats.restart(node)));
    await untilWhole();
    const again = () => queue.publish(jobNamed('first')).then(() => 'taken', String);
    await expect.poll(again, { timeout: 30_000 }).toBe('taken');
    await expect.poll(async () => (await queue.state()).published, { timeout: 10_000 }).toBe(1);
    await queue.close();
  });

  it('fails to open where no server answers', { timeout: 60_000 }, async () => {
    const nowhere = { ...queueConfig, url: 'nats://user:hidden@127.0.0.1:1' };
    const opening = openQueue(nowhere, { logger, metrics: createMetrics('api') });
    await expect(opening).rejects.toThrow('no NATS server answered at 127.0.0.1:1');
  });
});
