import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../service/identity/database.ts';
import { openDatabase } from '../../service/identity/open-database.ts';
import { hasService, type RunningEngine, startEngine } from './engine-start.ts';
import { database as given, type Keepers, prepareKeepers } from './keepers.ts';

/** A third of the plan's, so that drills are short; the bounds are the same formulas. */
const times = { detectionTime: 4, fencingTime: 2, promotionTime: 8, renewInterval: 0.5 };
const lease = times.detectionTime + times.fencingTime;
/** The plan's detection and promotion, on these times, in milliseconds. */
const failoverTime = (times.detectionTime + times.promotionTime) * 1000;

interface Acknowledged {
  readonly number: number;
  readonly startedAt: number;
  readonly at: number;
}

describe.skipIf(!hasService('postgresql', 'nats'))('the keepers of two PostgreSQL nodes', () => {
  let witness: RunningEngine;
  let keepers: Keepers;
  let database: Database;
  const stops: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    witness = await startEngine('nats', { nodes: 3 });
    keepers = await prepareKeepers(witness.address, times);
    keepers.start('one');
    await primaryIs('one');
    keepers.start('two');
    database = await openDatabase({ url: keepers.databaseUrl });
    await inSync('one', 'two');
    await database.transaction((sql) => sql.rows('create table writes (number integer primary key)'));
    await database.transaction((sql) => sql.rows('create table probes (at timestamptz default now())'));
  }, 120_000);
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });
  afterAll(async () => {
    await database?.close();
    await keepers?.stop();
    await witness?.stop();
  }, 60_000);

  const primaryIs = (name: string) => eventually(() => keepers.state(name), { role: 'primary', holds: true });
  const inSync = (primary: string, standby: string) =>
    eventually(() => keepers.state(primary), {
      role: 'primary',
      holds: true,
      record: { holder: primary, inSync: [standby] },
    });

  let next = 0;
  /** Writes numbers one after another, as the management plane does, until it is told to stop. */
  const startWriter = () => {
    const acknowledged: Acknowledged[] = [];
    let going = true;
    const run = async () => {
      while (going) {
        next += 1;
        const number = next;
        const startedAt = performance.now();
        await database
          .transaction((sql) => sql.rows('insert into writes values ($1)', [number]))
          .then(
            () => acknowledged.push({ number, startedAt, at: performance.now() }),
            () => pause(50),
          );
        await pause(5);
      }
    };
    const running = run();
    const stop = async () => {
      going = false;
      await running;
    };
    stops.push(stop);
    return { acknowledged, stop };
  };

  /** Tries to write on each node by itself, which no client would: to catch two that accept. */
  const startProbes = () => {
    const accepted: Record<string, { readonly startedAt: number; readonly at: number }[]> = {
      one: [],
      two: [],
    };
    let going = true;
    const run = async (name: string) => {
      while (going) {
        const startedAt = performance.now();
        await keepers.ask(name, 'insert into probes default values').then(
          () => accepted[name]?.push({ startedAt, at: performance.now() }),
          () => {},
        );
        await pause(50);
      }
    };
    const running = Promise.all(Object.keys(accepted).map(run));
    const stop = async () => {
      going = false;
      await running;
    };
    stops.push(stop);
    return { accepted, stop };
  };

  const expectNothingLost = async ({ acknowledged }: { readonly acknowledged: readonly Acknowledged[] }) => {
    const rows = await database.transaction((sql) =>
      sql.rows<{ number: number }>('select number from writes'),
    );
    const there = new Set(rows.map(({ number }) => number));
    expect(acknowledged.length).toBeGreaterThan(10);
    expect(acknowledged.filter(({ number }) => !there.has(number))).toEqual([]);
  };

  /** Fails over from one node to the other by `fault`, with writers and probes running; gives the longest silence. */
  const drill = async (from: string, to: string, fault: () => void, heal: () => void): Promise<number> => {
    await inSync(from, to);
    const [writer, probes] = [startWriter(), startProbes()];
    await pause(1000);
    fault();
    const at = performance.now();
    await primaryIs(to);
    await writesAfter(writer, at);
    await eventually(async () => ({ several: (probes.accepted[to]?.length ?? 0) > 3 }), { several: true });
    heal();
    await inSync(to, from);
    expect(await keepers.primaries()).toEqual(to === 'one' ? [1, 0] : [0, 1]);
    await Promise.all([writer.stop(), probes.stop()]);
    await expectNothingLost(writer);
    const first = Math.min(...(probes.accepted[to] ?? []).map((each) => each.at));
    expect((probes.accepted[from] ?? []).filter(({ startedAt }) => startedAt > first)).toEqual([]);
    expect((probes.accepted[from] ?? []).length).toBeGreaterThan(0);
    const gap = longestGap(writer.acknowledged);
    process.stderr.write(`  without writes for ${Math.round(gap)} ms\n`);
    return gap;
  };

  it('give both nodes the memory and the connections of their config', async () => {
    for (const node of ['one', 'two']) {
      const [buffers] = await keepers.ask(node, 'show shared_buffers');
      const [connections] = await keepers.ask(node, 'show max_connections');
      expect([buffers, connections]).toEqual([
        { shared_buffers: '32MB' },
        { max_connections: String(given.connections) },
      ]);
    }
  });

  it('fail over when the machine of the primary dies (kill -9 of all processes)', async () => {
    const gap = await drill(
      'one',
      'two',
      () => keepers.kill('one', 'all'),
      () => keepers.start('one'),
    );
    expect(gap).toBeLessThan(failoverTime);
  }, 120_000);

  it('fail over when the machine of the primary hangs, and it accepts nothing once it wakes', async () => {
    const gap = await drill(
      'two',
      'one',
      () => keepers.kill('two', 'all', 'SIGSTOP'),
      () => keepers.kill('two', 'all', 'SIGCONT'),
    );
    expect(gap).toBeLessThan(failoverTime);
  }, 120_000);

  it('fail over when only the keeper hangs: its PostgreSQL runs on and can commit nothing', async () => {
    const gap = await drill(
      'one',
      'two',
      () => keepers.kill('one', 'keeper', 'SIGSTOP'),
      () => keepers.kill('one', 'keeper', 'SIGCONT'),
    );
    expect(gap).toBeLessThan(failoverTime);
  }, 120_000);

  it('restart a killed PostgreSQL in its place while the lease holds', async () => {
    await inSync('two', 'one');
    const term = (await keepers.state('two'))?.record?.term;
    const writer = startWriter();
    await pause(500);
    keepers.kill('two', 'postgres');
    const at = performance.now();
    await writesAfter(writer, at);
    await inSync('two', 'one');
    await writer.stop();
    await expectNothingLost(writer);
    expect((await keepers.state('two'))?.record?.term).toBe(term);
  }, 60_000);

  it('let commits go on when the standby dies, and take it back when it returns', async () => {
    await inSync('two', 'one');
    const writer = startWriter();
    await pause(500);
    keepers.kill('one', 'all');
    await eventually(() => keepers.state('two'), { role: 'primary', record: { inSync: [] } });
    const at = performance.now();
    await writesAfter(writer, at);
    keepers.start('one');
    await inSync('two', 'one');
    await writer.stop();
    await expectNothingLost(writer);
    expect(longestGap(writer.acknowledged)).toBeLessThan(failoverTime);
  }, 60_000);

  it('never promote a standby that commits did not wait for, even when nobody else is left', async () => {
    await inSync('two', 'one');
    keepers.kill('one', 'all');
    await eventually(() => keepers.state('two'), { role: 'primary', record: { inSync: [] } });
    await database.transaction((sql) => sql.rows('insert into writes values (-1)'));
    keepers.kill('two', 'all');
    keepers.start('one');
    await pause((lease + 2) * 1000);
    expect(await keepers.state('one')).toMatchObject({ holds: false, record: { holder: 'two', inSync: [] } });
    keepers.start('two');
    await inSync('two', 'one');
    const rows = await keepers.ask('two', 'select number from writes where number = -1');
    expect(rows).toHaveLength(1);
  }, 120_000);

  it('stop the primary within the lease when the witness is gone, and go on when it is back', async () => {
    await inSync('two', 'one');
    const writer = startWriter();
    await pause(500);
    const at = performance.now();
    for (const node of [1, 2, 3]) await witness.kill(node, 'SIGSTOP');
    await eventually(() => keepers.state('two'), { role: 'down', holds: false });
    await pause(Math.max(0, lease * 1000 - (performance.now() - at)));
    const afterLease = performance.now();
    await pause(2000);
    expect(writer.acknowledged.filter((each) => each.at > afterLease)).toEqual([]);
    expect(await keepers.state('one')).toMatchObject({ holds: false });
    for (const node of [1, 2, 3]) await witness.kill(node, 'SIGCONT');
    await writesAfter(writer, afterLease);
    await writer.stop();
    await expectNothingLost(writer);
  }, 120_000);

  it('hand over at once when a keeper is told to stop', async () => {
    const from = (await keepers.state('two'))?.holds ? 'two' : 'one';
    const to = from === 'two' ? 'one' : 'two';
    await inSync(from, to);
    const writer = startWriter();
    await pause(500);
    keepers.kill(from, 'keeper', 'SIGTERM');
    await keepers.ended(from);
    await primaryIs(to);
    const at = performance.now();
    await writesAfter(writer, at);
    keepers.start(from);
    await inSync(to, from);
    await writer.stop();
    await expectNothingLost(writer);
  }, 120_000);
});

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Looks until it sees what is wanted; fails with what it saw last. */
async function eventually(look: () => Promise<unknown>, wanted: object, timeout = 60_000): Promise<void> {
  const until = performance.now() + timeout;
  for (;;) {
    const seen = await look();
    try {
      expect(seen).toMatchObject(wanted);
      return;
    } catch (error) {
      if (performance.now() >= until) throw error;
    }
    await pause(200);
  }
}

/** Waits for a write that began later and was acknowledged. */
function writesAfter(writer: { readonly acknowledged: readonly Acknowledged[] }, at: number): Promise<void> {
  return eventually(async () => ({ writes: (writer.acknowledged.at(-1)?.startedAt ?? 0) > at }), {
    writes: true,
  });
}

function longestGap(acknowledged: readonly Acknowledged[]): number {
  const gaps = acknowledged.slice(1).map((each, index) => each.at - (acknowledged[index]?.at ?? each.at));
  return Math.max(0, ...gaps);
}
