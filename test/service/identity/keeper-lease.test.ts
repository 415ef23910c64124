import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLease, type Lease, type LeaseStore } from '../../../service/identity/keeper-lease.ts';
import { claim, type Data, type LeaseRecord, syncStep } from '../../../service/identity/keeper-rules.ts';

const [detection, fencing] = [10_000, 5000];
const lease = detection + fencing;

function record(over: Partial<LeaseRecord> = {}): LeaseRecord {
  return { holder: 'one', last: 'one', inSync: ['two'], initialised: true, term: 3, ...over };
}

describe('who may take the lease', () => {
  const two = { me: 'two', data: 'standby' as Data, record: record(), unchangedFor: lease, lease };
  const one = { ...two, me: 'one', data: 'primary' as Data };

  it('is a standby in sync, once the lease was not renewed for its whole length', () => {
    expect(claim({ ...two, unchangedFor: lease - 1 })).toBeUndefined();
    expect(claim(two)).toEqual(record({ holder: 'two', last: 'two', inSync: [], term: 4 }));
  });

  it('is the same standby at once, where the holder gave the lease back', () => {
    const released = record({ holder: '' });
    expect(claim({ ...two, record: released, unchangedFor: 0 })).toMatchObject({ holder: 'two', term: 4 });
  });

  it('is never a standby that commits did not wait for, nor one without its files', () => {
    expect(claim({ ...two, record: record({ inSync: [] }) })).toBeUndefined();
    expect(claim({ ...two, data: 'none' })).toBeUndefined();
    expect(claim({ ...two, data: 'primary' })).toBeUndefined();
  });

  it('is the last primary itself, which keeps the standby that commits wait for', () => {
    expect(claim({ ...one, unchangedFor: 0 })).toEqual(record());
    expect(claim({ ...one, record: record({ holder: '' }), unchangedFor: 0 })).toEqual(record({ term: 4 }));
    expect(claim({ ...one, data: 'none' })).toBeUndefined();
  });

  it('is the first node to come, and only with an empty disk: with files the witness has lost its record', () => {
    const first = { ...one, record: undefined };
    expect(claim({ ...first, data: 'none' })).toMatchObject({
      holder: 'one',
      initialised: false,
      inSync: [],
    });
    expect(claim(first)).toBeUndefined();
    const begun = record({ initialised: false, inSync: [] });
    expect(claim({ ...one, data: 'none', record: begun })).toMatchObject({ holder: 'one' });
  });
});

describe('the steps of synchrony', () => {
  const view = {
    standby: 'two',
    streaming: true,
    waitedFor: true,
    confirmedLooks: 2,
    goneFor: 0,
    patience: 1000,
  };

  it('make commits wait before the record says in sync', () => {
    expect(syncStep([], { ...view, waitedFor: false, confirmedLooks: 0 })).toBe('wait-for-it');
    expect(syncStep([], { ...view, confirmedLooks: 1 })).toBe('nothing');
    expect(syncStep([], view)).toBe('record-in-sync');
    expect(syncStep(['two'], view)).toBe('nothing');
  });

  it('make the record say out of sync before commits stop to wait', () => {
    const gone = { ...view, streaming: false, confirmedLooks: 0 };
    expect(syncStep(['two'], { ...gone, goneFor: 999 })).toBe('nothing');
    expect(syncStep(['two'], { ...gone, goneFor: 1000 })).toBe('record-out-of-sync');
    expect(syncStep([], gone)).toBe('stop-waiting');
    expect(syncStep([], { ...gone, waitedFor: false })).toBe('nothing');
  });

  it('never leave a recorded standby that commits do not wait for', () => {
    const any = fc.record({
      standby: fc.constant('two'),
      streaming: fc.boolean(),
      waitedFor: fc.boolean(),
      confirmedLooks: fc.nat(3),
      goneFor: fc.nat(2000),
      patience: fc.constant(1000),
    });
    fc.assert(
      fc.property(any, fc.boolean(), (seen, recorded) => {
        const step = syncStep(recorded ? ['two'] : [], seen);
        if (step === 'record-in-sync') expect(seen.waitedFor && seen.streaming).toBe(true);
        if (step === 'stop-waiting') expect(recorded).toBe(false);
      }),
    );
  });
});

/** A witness in memory whose answers can be late, lost on the way there, or lost on the way back. */
function createWitness() {
  let entry: { record: LeaseRecord; revision: number } | undefined;
  const sleeps: { readonly until: number; readonly wake: () => void }[] = [];
  const time = { now: 0 };
  const until = (at: number) =>
    new Promise<void>((wake) => {
      sleeps.push({ until: at, wake });
    });
  const advance = async (to: number) => {
    for (;;) {
      const due = sleeps.filter((each) => each.until <= to).sort((a, b) => a.until - b.until)[0];
      if (!due) break;
      sleeps.splice(sleeps.indexOf(due), 1);
      time.now = Math.max(time.now, due.until);
      due.wake();
      await settle();
    }
    time.now = Math.max(time.now, to);
    await settle();
  };
  const through = (weather: () => Weather): LeaseStore => ({
    async read() {
      const { there, back, lost } = weather();
      await until(time.now + there);
      if (lost === 'there') throw new Error('lost');
      const seen = entry;
      await until(time.now + back);
      if (lost === 'back') throw new Error('lost');
      return seen;
    },
    async write(record, revision) {
      const { there, back, lost } = weather();
      await until(time.now + there);
      if (lost === 'there') throw new Error('lost');
      const taken = entry?.revision === revision;
      if (taken) entry = { record, revision: (revision ?? 0) + 1 };
      const written = taken ? entry?.revision : undefined;
      await until(time.now + back);
      if (lost === 'back') throw new Error('lost');
      return written;
    },
    async close() {},
  });
  return { time, advance, through, current: () => entry };
}

interface Weather {
  readonly there: number;
  readonly back: number;
  readonly lost: 'there' | 'back' | 'no';
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

const delay = fc.oneof(
  { weight: 8, arbitrary: fc.nat(50) },
  { weight: 2, arbitrary: fc.nat(3000) },
  { weight: 1, arbitrary: fc.nat(20_000) },
);

const weather: fc.Arbitrary<Weather> = fc.record({
  there: delay,
  back: delay,
  lost: fc.oneof(
    { weight: 6, arbitrary: fc.constant('no' as const) },
    { weight: 1, arbitrary: fc.constant('there' as const) },
    { weight: 1, arbitrary: fc.constant('back' as const) },
  ),
});

interface Step {
  readonly wait: number;
  /** Which nodes run; the others hang meanwhile. */
  readonly who: readonly number[];
  readonly sync: boolean;
}

const steps = fc.array(
  fc.record({
    wait: fc.oneof(fc.nat(2000), fc.nat(20_000)),
    who: fc.constantFrom([0], [1], [0, 1]),
    sync: fc.boolean(),
  }),
  { minLength: 10, maxLength: 40 },
);

/** An empty disk may only begin; afterwards who was primary last has a primary's files, and the other follows it. */
function dataOf(me: string, seen: LeaseRecord | undefined): Data {
  if (!seen) return 'none';
  return seen.last === me ? 'primary' : 'standby';
}

function inSync(names: readonly string[], index: number) {
  const other = names[1 - index] ?? '';
  return (old: LeaseRecord) =>
    old.holder === names[index] ? { ...old, inSync: [other], initialised: true } : undefined;
}

describe('the lease under delays, losses and pauses', () => {
  it('is never held by two, even with the time that fencing takes', async () => {
    let changesOfHands = 0;
    await fc.assert(
      fc.asyncProperty(steps, fc.infiniteStream(weather), async (plan: readonly Step[], sky) => {
        const witness = createWitness();
        const names = ['one', 'two'] as const;
        const clock = { steady: () => witness.time.now, wall: () => witness.time.now };
        const store = witness.through(() => sky.next().value ?? { there: 0, back: 0, lost: 'no' });
        const leases: readonly Lease[] = names.map((me) =>
          createLease({
            store,
            me,
            data: () => dataOf(me, witness.current()?.record),
            detection,
            fencing,
            clock,
          }),
        );
        // When each was last seen holding: its database may run for the time of fencing after that.
        const heldAt = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
        const busy = [false, false];
        const turn = async (index: number, sync: boolean) => {
          busy[index] = true;
          await leases[index]?.tick();
          if (sync && leases[index]?.holds()) await leases[index]?.change(inSync(names, index));
          busy[index] = false;
        };
        let holder = -1;
        for (const { wait, who, sync } of plan) {
          for (let passed = 0; passed < wait; passed += 500) {
            for (const index of passed % 1000 === 0 ? who : []) {
              if (!busy[index]) void turn(index, sync);
            }
            await witness.advance(witness.time.now + Math.min(500, wait - passed));
            const holding = leases.map((each) => each.holds());
            expect(holding.filter(Boolean).length).toBeLessThanOrEqual(1);
            for (const [index, holds] of holding.entries()) {
              if (!holds) continue;
              // The other one's lease ended long enough ago for its database to be stopped.
              const since = witness.time.now - (heldAt[1 - index] ?? 0);
              expect(since).toBeGreaterThanOrEqual(holder === index ? 0 : fencing - 500);
              if (holder !== index && holder >= 0) changesOfHands += 1;
              holder = index;
              heldAt[index] = witness.time.now;
            }
          }
        }
      }),
      { numRuns: 100 },
    );
    // The property would hold of a lease that never moves.
    expect(changesOfHands).toBeGreaterThan(20);
  }, 60_000);

  it('is lost when the wall clock says that the machine slept, though the steady one stood still', async () => {
    const witness = createWitness();
    let wall = 0;
    const one = createLease({
      store: witness.through(() => ({ there: 0, back: 0, lost: 'no' })),
      me: 'one',
      data: () => 'none',
      detection,
      fencing,
      clock: { steady: () => 0, wall: () => wall },
    });
    const tick = one.tick();
    for (let turn = 0; turn < 10; turn += 1) await witness.advance(turn);
    await tick;
    expect(one.holds()).toBe(true);
    wall = detection;
    expect(one.holds()).toBe(false);
  });
});
