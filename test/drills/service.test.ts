import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, type TestContext } from 'vitest';
import { hasService } from '../engines/engine-start.ts';
import { billAnew, readBills } from './bills.ts';
import { jobDeadline } from './configs.ts';
import type { Disk } from './disk.ts';
import { flushed, keysRefused, walWritten } from './disk-writes.ts';
import { createDrills, type Drill, type Drills } from './drill.ts';
import { breakPrimary, failOver, type Loss } from './failover.ts';
import { counted, hasFailed, lostConnection } from './failures.ts';
import { type Bounds, cutOff, fullDisk, hung, killed, nodeOf, partOf, slowDisk } from './faults.ts';
import type { DiskName, MachineName } from './ground.ts';
import { createLoad, type Load } from './load.ts';
import type { Network } from './network.ts';
import { planned } from './plan.ts';
import { until } from './processes.ts';
import { shown } from './report.ts';
import { type Service, startService } from './service.ts';

const names = ['nats', 'postgresql', 'redis', 'cassandra', 'versitygw', 'haproxy'] as const;

/** The plan's longest time without a queue, with the time in which its clients find another node. */
const election = planned('queue.election.pause');
/** The API says that the queue is away; where both servers say so to the load balancer, it has nobody to ask. */
const withoutQueue = ['queue-unavailable', 'deadline-exceeded', 'overloaded', 'balancer 503'];
/** HAProxy takes a server out after so many checks, one after another, each of which has its time to be answered. */
const takenOut =
  planned('loadBalancer.check.fall') *
  (planned('loadBalancer.check.interval') + planned('loadBalancer.check.timeout'));
/** Of a load balancer that is down: nobody waits for a machine that refuses connections. */
const refusal = 1;

describe.skipIf(!hasService(...names))('the whole service, under load', { timeout: 180_000 }, () => {
  let service: Service;
  let load: Load;
  let drills: Drills;

  beforeAll(async () => {
    service = await startService();
    load = await createLoad({
      url: service.url,
      customers: service.customers,
      pollEvery: 3,
      deadline: planned('client.deadline'),
      jobDeadline,
    });
    drills = createDrills(service, load);
    await until('all keys are known', async () => {
      const answers = await Promise.all(service.customers.map(({ key }) => probe(key)));
      return answers.every((status) => status === 404);
    });
    await service.engines.keepers.ask('one', 'create table probes (at timestamptz default now())');
  }, 400_000);
  afterEach(() => drills?.mend(), 120_000);
  afterAll(async () => {
    await load?.stop();
    await load?.close();
    await service?.stop();
  }, 120_000);

  /** Asks for a job that is not there: 404 for whoever has a key, 401 for others. */
  const probe = async (key: string) => {
    const headers = { authorization: `Bearer ${key}` };
    const options = { headers, signal: AbortSignal.timeout(5000) };
    return fetch(`${service.url}/v1/jobs/none`, options)
      .then(({ status }) => status)
      .catch(() => undefined);
  };
  const drill = (each: Drill) => drills.run(each);
  const onNetwork =
    (work: (network: Network<MachineName>) => Promise<void>) =>
    ({ skip }: TestContext) => {
      const { network } = service.ground;
      return network ? work(network) : skip('network namespaces need root');
    };
  const onDisk =
    (work: () => Promise<void>) =>
    ({ skip }: TestContext) =>
      service.ground.disk('usage') ? work() : skip('loop devices need root');
  const diskOf = (name: DiskName): Disk => {
    const disk = service.ground.disk(name);
    if (!disk) throw new Error(`${name} has no disk of its own`);
    return disk;
  };
  /** Nothing fails. */
  const none = (lasts: number): Bounds => ({ lasts, mayFailFor: 0 });

  it('serves all without a fault', () => drill({ fault() {}, mend() {}, ...none(3000) }));

  describe('the leader of the queue', () => {
    const bounds = { lasts: election * 1000, mayFailFor: election, mayFailAs: withoutQueue };
    const number = () => service.witness.leader(0);
    const leader = async () => nodeOf(service.engines.queue, await number());
    const nameOf = (node: number) => `queue-${node}` as 'queue-1' | 'queue-2' | 'queue-3';
    beforeEach(() => service.witness.spread());

    it('is killed', () => drill(killed(leader, bounds)));
    it('hangs', () => drill(hung(leader, bounds)));

    it(
      'is cut off from everybody',
      onNetwork((network) => drill(cutOff(network, async () => nameOf(await number()), bounds))),
    );

    it(
      'has a slow disk',
      onDisk(() => drill(slowDisk(async () => diskOf(nameOf(await number())), { ...bounds, lasts: 8000 }))),
    );

    it(
      'has a full disk: it leaves, and comes back once it is started with room again',
      onDisk(async () => {
        const node = await number();
        const part = nodeOf(service.engines.queue, node);
        const restart = async () => {
          await part.signal('SIGKILL');
          await part.start();
        };
        await drill(fullDisk(() => diskOf(nameOf(node)), bounds, { restart }));
      }),
    );
  });

  describe('a worker', () => {
    const worker = () => partOf(service.workers[0]);

    it('is killed', () => drill(killed(worker, none(1000))));
    it('hangs', () => drill(hung(worker, none(8000))));

    it('loses the process that resizes', () =>
      drill({
        fault: () => {
          for (const pid of service.workers[0].children()) process.kill(pid, 'SIGKILL');
        },
        mend() {},
        ...none(2000),
      }));

    it(
      'is cut off from everybody',
      onNetwork((network) => drill(cutOff(network, () => 'worker-2', none(8000)))),
    );
  });

  describe('an API server', () => {
    const bounds = { mayFailFor: takenOut, mayFailAs: lostConnection };

    it('is killed', () => drill(killed(() => partOf(service.api[0]), { lasts: 1000, ...bounds })));
    it('hangs', () => drill(hung(() => partOf(service.api[1]), { lasts: 8000, ...bounds })));

    it(
      'is cut off from everybody',
      onNetwork((network) => drill(cutOff(network, () => 'api-b', { lasts: 8000, ...bounds }))),
    );

    it(
      'has a slow disk',
      onDisk(() => drill(slowDisk(() => diskOf('spool-a'), none(8000)))),
    );

    it(
      'has a full disk: asynchronous jobs go to the other one, or are refused',
      onDisk(() =>
        drill(fullDisk(() => diskOf('spool-a'), { lasts: 4000, mayFailFor: 5, mayFailAs: ['spool-full'] })),
      ),
    );
  });

  describe('the load balancer', () => {
    const balancer = () => nodeOf(service.engines.balancer, 1);

    it('is killed: whoever comes is refused at once, and served when it is back', () => {
      const lasts = 2000;
      const bounds = { lasts, mayFailFor: lasts / 1000 + 1, mayFailAs: lostConnection, servesSome: false };
      return drill({ ...killed(balancer, bounds), failsWithin: refusal });
    });

    it('hangs: whoever comes waits until it goes on', () => drill(hung(balancer, none(4000))));
  });

  describe('the usage aggregator', () => {
    const aggregator = () => partOf(service.aggregator);

    it('is killed', () => drill(killed(aggregator, none(1000))));
    it('hangs', () => drill(hung(aggregator, none(4000))));

    it(
      'is cut off from everybody',
      onNetwork((network) => drill(cutOff(network, () => 'usage', none(8000)))),
    );

    it(
      'has a slow disk',
      onDisk(() => drill(slowDisk(() => diskOf('usage'), none(8000)))),
    );
    it(
      'has a full disk',
      onDisk(() => drill(fullDisk(() => diskOf('usage'), none(4000)))),
    );
  });

  describe('cold storage', () => {
    const gateway = () => nodeOf(service.engines.coldStorage, 1);

    it('is killed', () => drill(killed(gateway, none(8000))));
    it('hangs', () => drill(hung(gateway, none(8000))));
  });

  describe('billing', () => {
    /** In the middle of a run: it has sealed something, and has not told of its end. */
    const inTheMiddle = async () => {
      // The moment is short.
      await until('a run seals records', async () => service.isBilling(), 90_000, 5);
      return partOf(service.billing);
    };

    it('is killed in the middle of a run', () => drill(killed(inTheMiddle, none(2000))));
    it('hangs in the middle of a run', () => drill(hung(inTheMiddle, none(10_000))));

    it('hangs in the middle of a run, and another one bills meanwhile', () => {
      const hangs = hung(inTheMiddle, none(0));
      return drill({
        ...hangs,
        fault: async () => {
          await hangs.fault();
          await service.billOnce();
        },
      });
    });
  });

  describe('a node of the batch store', () => {
    const node = () => nodeOf(service.engines.cassandra, 3);

    it('is killed', () => drill(killed(node, none(2000))));
    it('hangs', () => drill(hung(node, none(6000))));

    it(
      'is cut off from everybody',
      onNetwork((network) => drill(cutOff(network, () => 'batch-store-3', none(6000)))),
    );

    it(
      'has a slow disk',
      onDisk(() => drill(slowDisk(() => diskOf('batch-store-3'), none(8000)))),
    );

    it(
      'has a full disk: it leaves, and comes back once it is started with room again',
      onDisk(() => {
        const restart = async () => {
          await node().signal('SIGKILL');
          await node().start();
        };
        const write = () => flushed(service);
        return drill(fullDisk(() => diskOf('batch-store-3'), none(2000), { write, restart }));
      }),
    );
  });

  describe('the data plane of identity', () => {
    const redis = () => nodeOf(service.engines.redis, 1);

    it('is killed', () => drill(killed(redis, none(6000))));
    it('hangs', () => drill(hung(redis, none(6000))));

    it(
      'is cut off from everybody',
      onNetwork((network) => drill(cutOff(network, () => 'identity-data', none(6000)))),
    );
  });

  /** A key that is made now works: a change reaches the customers' side again. */
  const aChangeWorks = async () => {
    const { text } = await service.admin('POST', '/v1/customers/ann/keys', {});
    await until('a new key works', async () => (await probe(String(text))) === 404);
  };

  describe('the role of the management plane', () => {
    const identity = () => partOf(service.identity);
    afterEach(aChangeWorks, 120_000);

    it('is killed', () => drill(killed(identity, none(4000))));
    it('hangs', () => drill(hung(identity, none(4000))));
  });

  describe('the primary of the management plane', () => {
    const loses = (loss: Loss) => failOver(service, drills, loss);
    afterEach(aChangeWorks, 120_000);

    it('is killed, with its machine', () => {
      const { keepers } = service.engines;
      return loses({
        lose: (primary) => keepers.kill(primary, 'all'),
        heal: (primary) => keepers.start(primary),
      });
    });

    it('hangs, with its machine', () => {
      const { keepers } = service.engines;
      return loses({
        lose: (primary) => keepers.kill(primary, 'all', 'SIGSTOP'),
        heal: (primary) => keepers.kill(primary, 'all', 'SIGCONT'),
      });
    });

    it(
      'is cut off from everybody',
      onNetwork((network) =>
        loses({
          lose: (primary) => network.cut(`database-${primary}`),
          heal: (primary) => network.heal(`database-${primary}`),
        }),
      ),
    );

    it(
      'has a slow disk',
      onDisk(() =>
        breakPrimary(service, drills, (primary) => slowDisk(() => diskOf(`database-${primary}`), none(8000))),
      ),
    );

    it(
      'has a full disk: it ends, and the other one takes over',
      onDisk(() => {
        let giveBack = () => {};
        return loses({
          lose: async (primary) => {
            giveBack = diskOf(`database-${primary}`).fill();
            await keysRefused(service);
            await walWritten(service.engines.keepers, primary);
          },
          heal: () => giveBack(),
        });
      }),
    );
  });

  it('billed every image that was served once, and no other, through all of this', async () => {
    await until(
      'usage is shipped',
      async () => (await service.aggregator.metric('headroom_usage_buffer_bytes')) === 0,
    );
    await service.billing.kill('SIGTERM');
    const { jobs, others, requests, sums } = await readBills(service);
    const billed = new Map([...jobs].map(([bytes, ids]) => [load.numberOf(bytes), ids]));
    const served = load.seen.filter(({ status, ending }) => status === 200 || ending === 'done');
    // An answer that was cut off, or that the load balancer gave in our place, may have been on its way.
    const unclear = load.seen.filter((each) => hasFailed(each) && !each.byApi);
    const unclearNumbers = new Set(unclear.map(({ number }) => number));
    const servedNumbers = new Set(served.map(({ number }) => number));
    const failed = load.seen.filter(hasFailed);
    process.stderr.write(
      `  ${load.seen.length} requests, ${served.length} served, ${billed.size} billed, ` +
        `${failed.length} failed (${counted(failed)}), ${unclear.length} of them unclear\n`,
    );
    const notBilled = new Map([...others].map(([bytes, ids]) => [load.numberOf(bytes), ids]));
    const missing = served.filter(({ number }) => !billed.has(number));
    expect(missing.map((each) => ({ ...shown(each, 0), records: notBilled.get(each.number) }))).toEqual([]);
    expect([...billed].filter(([, ids]) => ids.length > 1)).toEqual([]);
    const tooMuch = [...billed.keys()].filter(
      (number) => !servedNumbers.has(number) && !unclearNumbers.has(number),
    );
    expect(tooMuch.map((number) => shown(load.seen[number], 0))).toEqual([]);
    const perCustomer: Record<string, number> = {};
    for (const number of billed.keys()) {
      const { customer = '' } = load.seen[number] ?? {};
      perCustomer[customer] = (perCustomer[customer] ?? 0) + 1;
    }
    expect(requests).toEqual(perCustomer);
    expect(sums).toEqual(await billAnew(service));
  });
});
