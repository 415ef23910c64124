import { describe, expect, it } from 'vitest';
import { copysetsFor, placementLoss, setLoss } from '../../../src/models/reliability/copysets.ts';
import { disjointLoss } from '../../../src/models/reliability/copysets-disjoint.ts';
import { expectNear } from '../statistics/vectors.ts';

const outage = { machines: 5000, lostMachines: 50, pieces: 3, fatal: 3 };

describe('placement of copies', () => {
  it('trades a certain small loss for a rare large one of the same expected size', () => {
    const random = placementLoss(outage, { kind: 'random', stripes: 1e7 });
    const copyset = placementLoss(outage, { kind: 'copyset', scatterWidth: 2 });
    expect(random.anyLoss).toBeGreaterThan(0.999);
    expectNear(copyset.anyLoss, 0.0015677, 1e-3);
    for (const placement of [random, copyset]) {
      expectNear(placement.anyLoss * placement.shareGivenLoss, random.setLoss, 1e-12);
    }
  });

  it('is far safer with a backup that fails apart from the rest', () => {
    const copyset = placementLoss(outage, { kind: 'copyset', scatterWidth: 10 });
    const tiered = placementLoss(outage, { kind: 'tiered', scatterWidth: 10, backupLoss: 1e-4 });
    // Two pieces in the outage instead of three, and one loss in ten thousand beside it.
    expectNear(tiered.setLoss / copyset.setLoss, (1e-4 * 4998) / 48, 1e-9);
    expect(tiered.anyLoss).toBeLessThan(copyset.anyLoss / 50);
  });

  it('is never safer with a wider scatter', () => {
    const lossAt = (scatterWidth: number): number =>
      placementLoss(outage, { kind: 'copyset', scatterWidth }).anyLoss;
    expect(lossAt(4)).toBeGreaterThan(lossAt(2));
    expectNear(copysetsFor(5000, 3, 4) / copysetsFor(5000, 3, 2), 2, 1e-15);
  });

  it('has no more random sets than there are sets of machines', () => {
    const small = placementLoss(
      { machines: 6, lostMachines: 3, pieces: 3, fatal: 3 },
      { kind: 'random', stripes: 1e6 },
    );
    expect(small.sets).toBe(20);
    expectNear(small.setLoss, 1 / 20, 1e-14);
  });

  it('names what is impossible', () => {
    expect(() => setLoss({ ...outage, fatal: 4 })).toThrow(/fatal pieces/);
    expect(() => setLoss({ ...outage, lostMachines: 5001 })).toThrow(/machines hit/);
    expect(() => placementLoss(outage, { kind: 'random', stripes: 0 })).toThrow(/stripes/);
    expect(() => placementLoss(outage, { kind: 'copyset', scatterWidth: 0 })).toThrow(/scatter width/);
    const tiered = { kind: 'tiered', scatterWidth: 2, backupLoss: 2 } as const;
    expect(() => placementLoss(outage, tiered)).toThrow(/backup tier/);
  });
});

describe('sets that do not overlap', () => {
  it('equals the generating function for a cluster in groups of three', () => {
    // ((1 + x)^3 − x^3)^(N/3), coefficient of x^F over C(N, F); the published study of it: 0.15692 %.
    expectNear(disjointLoss({ ...outage, machines: 4998 }), 0.0015692, 5e-4);
    expectNear(
      disjointLoss({ machines: 4998, lostMachines: 50, pieces: 3, fatal: 3 }),
      exactDisjoint(4998, 50),
      1e-10,
    );
  });

  it('equals the count of all failures of a small cluster', () => {
    for (const [lostMachines, fatal] of [
      [2, 2],
      [4, 2],
      [5, 3],
      [7, 3],
    ] as const) {
      let [lost, all] = [0, 0];
      for (let set = 0; set < 1 << 9; set++) {
        if (bits(set) !== lostMachines) continue;
        all++;
        if ([0, 3, 6].some((group) => bits((set >> group) & 7) >= fatal)) lost++;
      }
      expectNear(disjointLoss({ machines: 9, lostMachines, pieces: 3, fatal }), lost / all, 1e-13);
    }
  });

  it('is exact at the ends: nothing lost, everything lost', () => {
    expect(disjointLoss({ machines: 9, lostMachines: 2, pieces: 3, fatal: 3 })).toBe(0);
    expect(disjointLoss({ machines: 9, lostMachines: 9, pieces: 3, fatal: 3 })).toBe(1);
    expect(() => disjointLoss({ machines: 10, lostMachines: 2, pieces: 3, fatal: 3 })).toThrow(/multiple/);
  });
});

function bits(set: number): number {
  let count = 0;
  for (let rest = set; rest > 0; rest >>= 1) count += rest & 1;
  return count;
}

/** Inclusion and exclusion over whole groups of three lost, in exact integers. */
function exactDisjoint(machines: number, lost: number): number {
  const choose = (n: number, k: number): bigint => {
    if (k < 0 || k > n) return 0n;
    let result = 1n;
    for (let i = 1; i <= k; i++) result = (result * BigInt(n - k + i)) / BigInt(i);
    return result;
  };
  let some = 0n;
  for (let groups = 1; 3 * groups <= lost; groups++) {
    const sign = groups % 2 === 1 ? 1n : -1n;
    some += sign * choose(machines / 3, groups) * choose(machines - 3 * groups, lost - 3 * groups);
  }
  return Number((some * 10n ** 30n) / choose(machines, lost)) / 1e30;
}
