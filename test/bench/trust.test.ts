import { describe, expect, it } from 'vitest';
import { judge } from '../../bench/trust.ts';
import type { Measurement } from '../../src/measurement/types.ts';
import { environment, fileRound, measurement } from './fixture.ts';

const steady = [1, 1, 1, 1, 1].map(() => fileRound(0.01, 0.04, 0.002));
const saturation: Measurement['saturation'] = {
  points: [
    {
      processes: 1,
      throughput: { value: 60, low: 54, high: 66, confidence: 0.95, rounds: 5 },
      cpuSecondsPerImage: 0.016,
      p99: 0.05,
      disturbedRounds: 0,
    },
  ],
  scaling: { kind: 'refused', reason: 'too few cores' },
};
const run = (changes: Partial<Measurement> = {}) => judge({ ...measurement(steady), saturation, ...changes });
const codes = (changes: Partial<Measurement>) => run(changes).reasons.map((reason) => reason.code);

describe('the trust in a run', () => {
  it('is full where nothing speaks against it', () => {
    expect(run()).toEqual({ verdict: 'trusted', reasons: [] });
  });

  it('is limited on a machine that does other work, with how much and what to do', () => {
    const { verdict, reasons } = run({
      rounds: [...steady, fileRound(0.01, 0.04, 0.002, true)],
      environment: { ...environment, otherCpu: 1.3 },
    });
    expect(verdict).toBe('limited');
    expect(reasons[0]).toMatchObject({ code: 'disturbed', advice: expect.stringContaining('1.30 cores') });
    expect(reasons[0]?.message).toContain('1 of 6');
  });

  it('says that service times are CPU times when every round was disturbed', () => {
    const all = run({ rounds: steady.map((r) => ({ ...r, disturbed: true })) });
    expect(all.reasons[0]).toMatchObject({
      code: 'all-disturbed',
      message: expect.stringContaining('CPU times'),
    });
  });

  it('says nothing of rounds when only the saturation was disturbed, and counts one as one', () => {
    const [point] = saturation.points;
    if (point === undefined) throw new RangeError('the saturation has a point');
    const told = (disturbedRounds: number) =>
      run({ saturation: { ...saturation, points: [{ ...point, disturbedRounds }] } }).reasons[0]?.message;
    expect(told(1)).toBe('1 window of the saturation was disturbed and left out; CPU seconds hold');
    expect(told(2)).toBe('2 windows of the saturation were disturbed and left out; CPU seconds hold');
    const { throughput: _, ...lost } = point;
    const without = run({ saturation: { ...saturation, points: [{ ...lost, disturbedRounds: 5 }] } });
    expect(without.reasons[0]).toMatchObject({
      code: 'all-disturbed',
      message: expect.stringContaining('so throughput is unknown for 1 number of processes'),
    });
  });

  it('has no sentence with "0 of" or "1 rounds"', () => {
    const rounds = (disturbed: number, all: number) =>
      Array.from({ length: all }, (_, i) => fileRound(0.01, 0.04, 0.002, i < disturbed));
    for (const [disturbed, all] of [
      [1, 1],
      [1, 2],
      [2, 2],
      [0, 1],
    ] as const) {
      for (const complete of [true, false]) {
        const text = run({ rounds: rounds(disturbed, all), complete }).reasons.map((one) => one.message);
        expect(text.join(' ')).not.toMatch(/\b0 of|\b1 \S*rounds|after \d+ of its/);
      }
    }
  });

  it('is limited by stolen time and throttling', () => {
    const disturbed = { rounds: steady.map((r) => ({ ...r, disturbed: true })) };
    expect(codes({ ...disturbed, environment: { ...environment, steal: 0.05 } })).toContain('steal');
    const cgroup = { version: 2, quotaCores: 1, throttledPeriods: 12 } as const;
    expect(codes({ ...disturbed, environment: { ...environment, cgroup } })).toEqual(
      expect.arrayContaining(['throttled', 'quota']),
    );
  });

  it('is limited when the same work took a quarter more CPU time in one round', () => {
    const drifting = (factor: number) => run({ rounds: [...steady, fileRound(0.01, 0.04, 0.002 * factor)] });
    expect(drifting(1.2).verdict).toBe('trusted');
    expect(drifting(1.3)).toMatchObject({ verdict: 'limited', reasons: [{ code: 'drift' }] });
    expect(drifting(2)).toMatchObject({ verdict: 'limited', reasons: [{ code: 'drift' }] });
  });

  it('is gone when the middle half of the rounds is far apart', () => {
    const torn = [1, 1, 1.7, 1.7, 1.7].map((factor) => fileRound(0.01, 0.04, 0.002 * factor));
    expect(run({ rounds: torn })).toMatchObject({
      verdict: 'untrusted',
      reasons: [{ code: 'unsteady-cpu' }],
    });
  });

  it('is gone after an interruption', () => {
    expect(run({ complete: false })).toMatchObject({
      verdict: 'untrusted',
      reasons: [{ code: 'incomplete' }],
    });
  });

  it('is limited by a p99 of few samples', () => {
    const { classes } = measurement(steady);
    const few = classes.map((c) => ({ ...c, serviceTime: { ...c.serviceTime, samples: 50 } }));
    expect(codes({ classes: few })).toEqual(['few-samples']);
  });

  it("is limited by an allocator that changes the library's threads, and by a governor that saves power", () => {
    const with_ = (changes: Partial<Measurement['environment']>) =>
      codes({ environment: { ...environment, ...changes } });
    expect(with_({ allocator: 'jemalloc' })).toEqual(['allocator']);
    expect(with_({ allocator: 'glibc, MALLOC_ARENA_MAX=2' })).toEqual(['allocator']);
    expect(with_({ allocator: 'musl' })).toEqual([]);
    expect(with_({ governor: 'powersave' })).toEqual(['governor']);
  });

  it('gives advice with every reason', () => {
    const { reasons } = run({
      complete: false,
      rounds: steady.map((_, i) => ({ ...fileRound(0.01, 0.04, 0.002 * (1 + i)), disturbed: i > 2 })),
      environment: { ...environment, allocator: 'jemalloc', steal: 0.1, otherCpu: 1, governor: 'powersave' },
    });
    expect(reasons.length).toBeGreaterThanOrEqual(6);
    for (const { message, advice } of reasons)
      expect([message, advice].every((t) => t.length > 20)).toBe(true);
  });
});
