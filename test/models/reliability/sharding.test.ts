import { describe, expect, it } from 'vitest';
import {
  type BlastRadius,
  plainBlast,
  shardCombinations,
  shardOverlap,
  shuffleBlast,
} from '../../../src/models/reliability/sharding.ts';
import { expectNear } from '../statistics/vectors.ts';

/** All sets of `size` of the items, as bit sets. */
function setsOf(items: number, size: number): number[] {
  return Array.from({ length: 1 << items }, (_, set) => set).filter((set) => bits(set) === size);
}

const bits = (set: number): number => set.toString(2).replaceAll('0', '').length;

/** What two bad customers do, by going through every choice of their workers and of the other customer's shard. */
function byEnumeration(workers: number, shard: number, taken: number): BlastRadius {
  const losses = setsOf(workers, taken).flatMap((a) => setsOf(workers, taken).map((b) => a | b));
  const shards = setsOf(workers, shard);
  const cases = losses.flatMap((lost) => shards.map((own) => bits(lost & own)));
  const part = (holds: (lost: number) => boolean): number => cases.filter(holds).length / cases.length;
  return {
    workersLost: losses.reduce((sum, lost) => sum + bits(lost), 0) / losses.length,
    untouched: part((lost) => lost === 0),
    degraded: part((lost) => lost > 0 && lost < shard),
    down: part((lost) => lost === shard),
  };
}

describe('shuffle sharding', () => {
  it('has as many shards as there are combinations', () => {
    expect(shardCombinations(8, 2)).toBe(28);
    expect(shardCombinations(100, 5)).toBe(75_287_520);
    expect(shardCombinations(5, 5)).toBe(1);
    expectNear(shardCombinations(2048, 8), 7.56e21, 0.05);
  });

  it('equals going through all shards of two bad customers and a good one', () => {
    for (const [workers, shard, taken] of [
      [6, 2, 2],
      [6, 3, 3],
      [7, 3, 2],
    ] as const) {
      const expected = byEnumeration(workers, shard, taken);
      const found = shuffleBlast(workers, shard, 2, taken);
      for (const key of ['workersLost', 'untouched', 'degraded', 'down'] as const)
        expectNear(found[key], expected[key], 1e-13);
    }
  });

  it('takes fewer customers down than plain shards of the same size, and touches more', () => {
    const shuffled = shuffleBlast(100, 5);
    const plain = plainBlast(100, 5);
    expectNear(plain.down, 0.05, 1e-14);
    expect(plain.degraded).toBe(0);
    expectNear(shuffled.down, 1 / 75_287_520, 1e-12);
    expect(shuffled.untouched).toBeLessThan(plain.untouched);
    expectNear(shuffled.workersLost, plain.workersLost, 1e-13);
  });

  it('spares everybody whose shard is larger than the attempts of the poison request', () => {
    expect(shuffleBlast(20, 4, 1, 3).down).toBe(0);
    expect(shuffleBlast(20, 4, 1, 0)).toEqual({ workersLost: 0, untouched: 1, degraded: 0, down: 0 });
    expect(shuffleBlast(20, 4, 0).down).toBe(0);
  });

  it('is a single fleet when the shard is all workers', () => {
    expect(shuffleBlast(10, 10).down).toBe(1);
    expect(plainBlast(10, 10).down).toBe(1);
  });

  it('keeps plain shards apart for several bad customers', () => {
    const blast = plainBlast(12, 3, 4);
    expectNear(blast.down, 1 - 0.75 ** 4, 1e-14);
    expectNear(blast.workersLost, 12 * (1 - 0.75 ** 4), 1e-14);
    const partly = plainBlast(12, 3, 2, 2);
    // Both hit the same shard and between them all three of its workers: 1 - 1/3 of the choices of two out of three.
    expectNear(partly.down, (1 / 16) * (2 / 3), 1e-13);
  });

  it('has overlaps that add up to one', () => {
    for (const [workers, shard] of [
      [8, 2],
      [100, 30],
      [5, 5],
    ] as const) {
      expectNear(
        shardOverlap(workers, shard).reduce((sum, value) => sum + value, 0),
        1,
        1e-14,
      );
    }
  });

  it('refuses impossible shards', () => {
    expect(() => shardCombinations(4, 5)).toThrow(/shard size must be at most 4/);
    expect(() => shuffleBlast(8, 2, 1, 3)).toThrow(/workers taken/);
    expect(() => plainBlast(8, 3)).toThrow(/must divide/);
    expect(() => shuffleBlast(8, 0)).toThrow(/shard size/);
    expect(() => shuffleBlast(8, 2, -1)).toThrow(/number of bad customers/);
  });
});
