import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Copies,
  type Restore,
  recoveryCost,
  recoveryPoint,
  recoveryTime,
} from '../../../src/models/reliability/recovery.ts';
import { expectNear } from '../statistics/vectors.ts';
import { seeded } from './repair-random.ts';

const hour = 3600;
const copies: Copies = {
  replication: 'asynchronous',
  lag: { typical: 0.2, worst: 5 },
  backupInterval: 24 * hour,
  backupDuration: 2 * hour,
};

describe('recovery point', () => {
  it('is the lag of the replica when one copy is lost, and nothing when the replica is synchronous', () => {
    expect(recoveryPoint(copies, 'copy lost')).toEqual({ worst: 5, mean: 0.2, from: 'replica' });
    const synchronous = { ...copies, replication: 'synchronous' } as const;
    expect(recoveryPoint(synchronous, 'copy lost').worst).toBe(0);
  });

  it('is that of the backup when a replica repeats the damage', () => {
    for (const mishap of ['corrupted', 'all copies lost'] as const) {
      for (const replication of ['synchronous', 'asynchronous', 'none'] as const) {
        const point = recoveryPoint({ ...copies, replication }, mishap);
        expect(point).toEqual({ worst: 26 * hour, mean: 14 * hour, from: 'backup' });
      }
    }
  });

  it('has the mean of mishaps at random times', () => {
    const [random, runs] = [seeded(9), 100_000];
    let total = 0;
    for (let run = 0; run < runs; run++) {
      // Backups start at whole days and are safe two hours later.
      const mishap = (10 + random()) * 24 * hour;
      const finished = Math.floor((mishap - 2 * hour) / (24 * hour));
      total += mishap - finished * 24 * hour;
    }
    expectNear(recoveryPoint(copies, 'corrupted').mean, total / runs, 0.01);
  });

  it('is shortened by a log, and infinite where nothing is kept', () => {
    const logged = recoveryPoint({ ...copies, logInterval: 300 }, 'corrupted');
    expect(logged).toEqual({ worst: 300, mean: 150, from: 'log' });
    const { backupInterval: _, ...nothing } = copies;
    expect(recoveryPoint({ ...nothing, logInterval: 300 }, 'corrupted').from).toBe('nothing');
    expect(recoveryPoint(nothing, 'corrupted').worst).toBe(Number.POSITIVE_INFINITY);
  });

  it('names what is impossible', () => {
    expect(() => recoveryPoint({ replication: 'asynchronous' }, 'copy lost')).toThrow(/replication lag/);
    const reversed = { ...copies, lag: { typical: 5, worst: 1 } };
    expect(() => recoveryPoint(reversed, 'copy lost')).toThrow(/worst replication lag/);
    expect(() => recoveryPoint({ ...copies, backupInterval: 0 }, 'copy lost')).toThrow(/backup interval/);
  });
});

const restore: Restore = {
  bytes: 2e12,
  streams: 4,
  storeRate: 5e9,
  networkRate: 1.25e9,
  diskRate: 5e8,
  detect: 300,
  decide: 900,
  provision: 600,
  verify: 600,
};

describe('recovery time', () => {
  it('is bytes over the narrowest bandwidth, with the fixed steps', () => {
    const time = recoveryTime(restore);
    expect(time.bottleneck).toBe('disk');
    expectNear(time.rate, 2e9, 1e-15);
    expectNear(time.seconds, 300 + 900 + 600 + 1000 + 600, 1e-15);
    expectNear(
      time.steps.reduce((sum, step) => sum + step.seconds, 0),
      time.seconds,
      1e-15,
    );
  });

  it('names the network or the backup store when they are narrower', () => {
    expect(recoveryTime({ ...restore, networkRate: 1e8 }).bottleneck).toBe('network');
    const store = recoveryTime({ ...restore, storeRate: 1e9, streams: 100 });
    expect(store.bottleneck).toBe('store');
    expectNear(store.steps[3]?.seconds as number, 2000, 1e-15);
  });

  it('replays the log on top of the backup', () => {
    const replayed = recoveryTime({ ...restore, logBytes: 4e11, replayRate: 1e8 });
    expectNear(replayed.seconds - recoveryTime(restore).seconds, 1000, 1e-12);
    expect(() => recoveryTime({ ...restore, logBytes: 1 })).toThrow(/replay rate/);
  });

  it('never takes longer with more machines, nor shorter with more bytes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.double({ min: 1, max: 1e15, noNaN: true }),
        (streams, bytes) => {
          const now = recoveryTime({ ...restore, streams, bytes }).seconds;
          expect(recoveryTime({ ...restore, streams: streams + 1, bytes }).seconds).toBeLessThanOrEqual(now);
          expect(recoveryTime({ ...restore, streams, bytes: bytes * 2 }).seconds).toBeGreaterThanOrEqual(now);
        },
      ),
    );
  });

  it('costs availability and records by the year', () => {
    const cost = recoveryCost(2, recoveryTime(restore), recoveryPoint(copies, 'corrupted'), 10);
    expectNear(cost.unavailability, (2 * 3400) / (365 * 86_400 + 2 * 3400), 1e-12);
    expectNear(cost.recordsLost, 2 * 10 * 14 * hour, 1e-12);
    const none = recoveryCost(
      0,
      recoveryTime(restore),
      { worst: Infinity, mean: Infinity, from: 'nothing' },
      10,
    );
    expect(none.recordsLost).toBe(0);
    expect(() => recoveryCost(-1, recoveryTime(restore), recoveryPoint(copies, 'corrupted'), 1)).toThrow(
      /mishaps/,
    );
  });

  it('names what is impossible', () => {
    expect(() => recoveryTime({ ...restore, streams: 0 })).toThrow(/streams/);
    expect(() => recoveryTime({ ...restore, diskRate: 0 })).toThrow(/disk rate/);
    expect(() => recoveryTime({ ...restore, detect: -1 })).toThrow(/time to detect/);
  });
});
