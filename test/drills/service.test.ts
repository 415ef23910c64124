import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hasService } from '../engines/engine-start.ts';
import { readBills } from './bills.ts';
import { jobDeadline } from './configs.ts';
import { createLoad, type Load, type Seen } from './load.ts';
import { planned } from './plan.ts';
import { pause, type RoleProcess, until } from './processes.ts';
import { failoverTime, type Service, startService } from './service.ts';

const names = ['nats', 'postgresql', 'redis', 'cassandra', 'versitygw', 'haproxy'] as const;

/** A second. */
const mostRequests = 6;

/** A fault, and until when after it the plan lets requests fail, in seconds; none may before and after. */
interface Drill {
  readonly fault: () => Promise<unknown> | unknown;
  /** Milliseconds for which the fault lasts before it is mended. */
  readonly lasts: number;
  readonly mend: () => Promise<unknown> | unknown;
  readonly mayFailFor: number;
}

/** The plan's longest time without a queue, with the time in which its clients find another node. */
const election = planned('queue.election.pause');
/** HAProxy takes a server out after two checks, a second apart, that had two seconds each. */
const takenOut = 6;

describe.skipIf(!hasService(...names))('the whole service, under load', { timeout: 180_000 }, () => {
  let service: Service;
  let load: Load;
  const mends: (() => Promise<unknown> | unknown)[] = [];

  beforeAll(async () => {
    service = await startService();
    load = await createLoad({
      url: service.url,
      customers: service.customers,
      pollEvery: 3,
      deadline: planned('client.deadline'),
      jobDeadline,
    });
    await until('all keys are known', async () => {
      const answers = await Promise.all(service.customers.map(({ key }) => probe(key)));
      return answers.every((status) => status === 404);
    });
    await service.engines.keepers.ask('one', 'create table probes (at timestamptz default now())');
  }, 400_000);
  afterEach(async () => {
    // Where a drill failed in its middle, the next one still finds a service that is whole.
    for (const mend of mends.splice(0)) await mend();
    await load.stop();
  });
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
  const servedSince = (at: number) =>
    load.seen.filter(({ startedAt, status }) => startedAt >= at && status === 200).length;
  const isServing = async (at: number) => {
    try {
      await until('requests are served again', async () => servedSince(at) >= 5, 60_000);
    } catch (error) {
      throw new Error(JSON.stringify(load.seen.slice(-10)), { cause: error });
    }
  };

  const drill = async ({ fault, lasts, mend, mayFailFor }: Drill) => {
    const first = load.seen.length;
    const before = await service.witness.sum();
    const begun = performance.now();
    // A load that this machine can bear: the bounds are those of a service with room, not of a fast machine.
    load.start(Math.min(mostRequests, (await load.measure()) / 4));
    await isServing(begun);
    mends.push(mend);
    const faultAt = performance.now();
    await fault();
    await pause(lasts);
    await mends.pop()?.();
    await isServing(performance.now());
    await load.stop();

    const seen = load.seen.slice(first);
    const failed = seen.filter((each) => each.status !== 200 && each.status !== 202);
    report(failed, faultAt);
    const mayFail = ({ startedAt, endedAt = Number.POSITIVE_INFINITY }: Seen) =>
      startedAt <= faultAt + mayFailFor * 1000 && endedAt >= faultAt;
    expect(
      some(
        failed.filter((each) => !mayFail(each)),
        faultAt,
      ),
    ).toEqual([]);
    const accepted = seen.filter(({ location }) => location !== undefined);
    expect(accepted.length).toBeGreaterThan(0);
    expect(accepted.filter(({ ending }) => ending !== 'done').map((each) => shown(each, faultAt))).toEqual(
      [],
    );
    await expectSum(before.published + 5);
  };

  /** Everything that was published has ended, and was seen to end. */
  const expectSum = async (least: number) => {
    await until('the replicas of the queue are equal', service.witness.isWhole);
    await until('nothing is in the queue', async () => {
      const { waiting, inFlight } = await service.witness.sum();
      return waiting + inFlight === 0;
    });
    const { published, acknowledged, expired, setAside } = await service.witness.sum();
    expect(acknowledged + expired + setAside).toBe(published);
    expect(published).toBeGreaterThan(least);
    expect(setAside).toBe(0);
  };

  const killed = (role: () => RoleProcess, mayFailFor: number): Drill => ({
    fault: () => role().kill(),
    lasts: 1000,
    mend: () => role().start(),
    mayFailFor,
  });
  const hung = (role: () => RoleProcess, lasts: number, mayFailFor: number): Drill => ({
    fault: () => role().kill('SIGSTOP'),
    lasts,
    mend: () => role().kill('SIGCONT'),
    mayFailFor,
  });

  it('serves all without a fault', () => drill({ fault() {}, lasts: 3000, mend() {}, mayFailFor: 0 }));

  describe('the leader of the queue', () => {
    const leader = async (then: (node: number) => Promise<unknown> | unknown) => {
      node = await service.witness.leader(0);
      await then(node);
    };
    let node = 0;

    it('is killed', () =>
      drill({
        fault: () => leader((each) => service.engines.queue.kill(each)),
        lasts: election * 1000,
        mend: () => service.engines.queue.restart(node),
        mayFailFor: election,
      }));

    it('hangs', () =>
      drill({
        fault: () => leader((each) => service.engines.queue.kill(each, 'SIGSTOP')),
        lasts: election * 1000,
        mend: () => service.engines.queue.kill(node, 'SIGCONT'),
        mayFailFor: election,
      }));

    it('is cut off from everybody', ({ skip }) => {
      const { network } = service;
      if (!network) return skip('network namespaces need root');
      const name = () => network.namespaces[node - 1]?.name ?? '';
      return drill({
        fault: () => leader(() => network.cut(name())),
        lasts: election * 1000,
        mend: () => network.heal(name()),
        mayFailFor: election,
      });
    });
  });

  describe('a worker', () => {
    it('is killed', () => drill(killed(() => service.workers[0], 0)));

    it('loses the process that resizes', () =>
      drill({
        fault: () => {
          for (const pid of service.workers[0].children()) process.kill(pid, 'SIGKILL');
        },
        lasts: 2000,
        mend() {},
        mayFailFor: 0,
      }));

    it('hangs', () => drill(hung(() => service.workers[0], 8000, 0)));

    it('is cut off from everybody', ({ skip }) => {
      const { network } = service;
      if (!network) return skip('network namespaces need root');
      const name = network.namespaces[3]?.name ?? '';
      return drill({
        fault: () => network.cut(name),
        lasts: 8000,
        mend: () => network.heal(name),
        mayFailFor: 0,
      });
    });
  });

  describe('an API server', () => {
    it('is killed', () => drill(killed(() => service.api[0], takenOut)));
    it('hangs', () => drill(hung(() => service.api[1], 8000, takenOut)));

    it('has a full disk: asynchronous jobs go to the other one, or are refused', ({ skip }) => {
      const disk = service.disks.spool;
      if (!disk) return skip('loop devices need root');
      let giveBack = () => {};
      return drill({
        fault: () => {
          giveBack = disk.fill();
        },
        lasts: 4000,
        mend: () => giveBack(),
        mayFailFor: 5,
      });
    });
  });

  describe('the usage aggregator', () => {
    it('is killed', () => drill(killed(() => service.aggregator, 0)));
    it('hangs', () => drill(hung(() => service.aggregator, 4000, 0)));

    it('has a slow disk', ({ skip }) => {
      const disk = service.disks.usage;
      if (!disk) return skip('loop devices need root');
      return drill({ fault: () => disk.slow(8000), lasts: 0, mend() {}, mayFailFor: 0 });
    });

    it('has a full disk', ({ skip }) => {
      const disk = service.disks.usage;
      if (!disk) return skip('loop devices need root');
      let giveBack = () => {};
      return drill({
        fault: () => {
          giveBack = disk.fill();
        },
        lasts: 4000,
        mend: () => giveBack(),
        mayFailFor: 0,
      });
    });
  });

  describe('a node of the batch store', () => {
    it('is killed', () =>
      drill({
        fault: () => service.engines.cassandra.kill(3),
        lasts: 2000,
        mend: () => service.engines.cassandra.restart(3),
        mayFailFor: 0,
      }));

    it('hangs', () =>
      drill({
        fault: () => service.engines.cassandra.kill(2, 'SIGSTOP'),
        lasts: 6000,
        mend: () => service.engines.cassandra.kill(2, 'SIGCONT'),
        mayFailFor: 0,
      }));
  });

  describe('the data plane of identity', () => {
    it('is killed', () =>
      drill({
        fault: () => service.engines.redis.kill(1),
        lasts: 6000,
        mend: () => service.engines.redis.restart(1),
        mayFailFor: 0,
      }));

    it('hangs', () =>
      drill({
        fault: () => service.engines.redis.kill(1, 'SIGSTOP'),
        lasts: 6000,
        mend: () => service.engines.redis.kill(1, 'SIGCONT'),
        mayFailFor: 0,
      }));
  });

  describe('the primary of the management plane', () => {
    const other = (name: string) => (name === 'one' ? 'two' : 'one');
    const primary = async () => {
      const { keepers } = service.engines;
      const states = await Promise.all(['one', 'two'].map((name) => keepers.state(name)));
      return states[0]?.role === 'primary' ? 'one' : 'two';
    };
    const inSync = (name: string) =>
      until(`${other(name)} follows ${name}`, async () => {
        const state = await service.engines.keepers.state(name);
        return state?.role === 'primary' && state.record?.inSync[0] === other(name);
      });
    /** Fails over; customers are served all the while, changes work again in time, and nobody else takes any. */
    const failOver = async (signal: 'SIGKILL' | 'SIGSTOP', heal: (from: string) => void) => {
      const { keepers } = service.engines;
      const from = await primary();
      await inSync(from);
      const sums: number[] = [];
      const accepted: Record<string, { readonly startedAt: number; readonly at: number }[]> = {
        one: [],
        two: [],
      };
      let watching = true;
      const sum = async () => {
        while (watching) {
          const answers = await keepers.primaries();
          sums.push(answers.filter((each) => !Number.isNaN(each)).reduce((all, each) => all + each, 0));
          await pause(100);
        }
      };
      const write = async (name: string) => {
        while (watching) {
          const startedAt = performance.now();
          await keepers.ask(name, 'insert into probes default values').then(
            () => accepted[name]?.push({ startedAt, at: performance.now() }),
            () => {},
          );
          await pause(100);
        }
      };
      const watchers = [sum(), write('one'), write('two')];
      try {
        await drill({
          fault: () => keepers.kill(from, 'all', signal),
          lasts: failoverTime * 1000,
          mend: async () => {
            heal(from);
            await inSync(other(from));
          },
          mayFailFor: 0,
        });
      } finally {
        watching = false;
        await Promise.all(watchers);
      }
      expect(Math.max(...sums)).toBe(1);
      const first = Math.min(...(accepted[other(from)] ?? []).map(({ at }) => at));
      expect(first).toBeLessThan(Number.POSITIVE_INFINITY);
      expect(accepted[from]?.length).toBeGreaterThan(0);
      expect(accepted[from]?.filter(({ startedAt }) => startedAt > first)).toEqual([]);
      // A key that is made now works: a change reaches the customers' side again.
      const { text } = await service.admin('POST', '/v1/customers/ann/keys', {});
      await until('a new key works', async () => (await probe(String(text))) === 404);
    };

    it('is killed, with its machine', () =>
      failOver('SIGKILL', (from) => service.engines.keepers.start(from)));
    it('hangs, with its machine', () =>
      failOver('SIGSTOP', (from) => service.engines.keepers.kill(from, 'all', 'SIGCONT')));
  });

  it('billed every image that was served once, and no other, through all of this', async () => {
    await until(
      'usage is shipped',
      async () => (await service.aggregator.metric('headroom_usage_buffer_bytes')) === 0,
    );
    await service.billing.kill('SIGTERM');
    const { jobs, others, requests } = await readBills(service);
    const billed = new Map([...jobs].map(([bytes, ids]) => [load.numberOf(bytes), ids]));
    const served = load.seen.filter(({ status, ending }) => status === 200 || ending === 'done');
    // An answer that was cut off, or that the load balancer gave in our place, may have been on its way.
    const unclear = load.seen.filter(
      ({ status, code }) => status === 'cut' || (status !== 200 && status !== 202 && !code),
    );
    const unclearNumbers = new Set(unclear.map(({ number }) => number));
    const servedNumbers = new Set(served.map(({ number }) => number));
    process.stderr.write(
      `  ${load.seen.length} requests, ${served.length} served, ${unclear.length} unclear\n`,
    );
    const notBilled = new Map([...others].map(([bytes, ids]) => [load.numberOf(bytes), ids]));
    const missing = served.filter(({ number }) => !billed.has(number));
    expect(missing.map((each) => ({ ...shown(each, 0), records: notBilled.get(each.number) }))).toEqual([]);
    expect([...billed].filter(([, ids]) => ids.length > 1)).toEqual([]);
    const tooMuch = [...billed.keys()].filter(
      (number) => !servedNumbers.has(number) && !unclearNumbers.has(number),
    );
    expect(tooMuch.map((number) => shown(load.seen[number], 0))).toEqual([]);
    const counted: Record<string, number> = {};
    for (const number of billed.keys()) {
      const { customer = '' } = load.seen[number] ?? {};
      counted[customer] = (counted[customer] ?? 0) + 1;
    }
    expect(requests).toEqual(counted);
  });
});

/** The first of them: all would hide the rest of the report. */
function some(seen: readonly Seen[], faultAt: number): readonly object[] {
  return seen.slice(0, 5).map((each) => shown(each, faultAt));
}

function shown(seen: Seen | undefined, faultAt: number): object {
  const { number, mode, status, code, location, ending, startedAt = 0, endedAt = 0 } = seen ?? {};
  const [from, to] = [startedAt, endedAt].map((at) => Math.round(at - faultAt));
  return { number, mode, status, code, location, ending, from, to };
}

/** Says how long requests failed, for whoever compares it with the plan. */
function report(failed: readonly Seen[], faultAt: number): void {
  if (failed.length === 0) return;
  const codes = new Set(failed.map(({ code, status }) => code ?? status));
  const [first, last] = [Math.min, Math.max].map((pick) =>
    ((pick(...failed.map(({ startedAt }) => startedAt)) - faultAt) / 1000).toFixed(1),
  );
  process.stderr.write(
    `  ${failed.length} failed (${[...codes].join(', ')}), begun ${first} to ${last} s after the fault\n`,
  );
}
