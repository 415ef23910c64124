import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  kOfEqualUnavailability,
  kOfNUnavailability,
  naiveReplicas,
  naiveUnavailability,
  parallelUnavailability,
  seriesOfEqualUnavailability,
  seriesUnavailability,
} from '../../../src/models/reliability/independent.ts';
import {
  atLeast,
  binomialPmf,
  poissonBinomialPmf,
  sumBetween,
} from '../../../src/models/statistics/poisson-binomial.ts';
import { expectNear } from '../statistics/vectors.ts';

const chances = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 10 });

/** Chance of each number of events by going through all outcomes. */
function countsByEnumeration(p: readonly number[]): number[] {
  const counts = new Array<number>(p.length + 1).fill(0);
  for (let outcome = 0; outcome < 1 << p.length; outcome += 1) {
    let happened = 0;
    let chance = 1;
    p.forEach((value, i) => {
      const happens = ((outcome >> i) & 1) === 1;
      if (happens) happened += 1;
      chance *= happens ? value : 1 - value;
    });
    counts[happened] = (counts[happened] as number) + chance;
  }
  return counts;
}

describe('k of n independent parts', () => {
  it('equals going through all outcomes, for unequal parts', () => {
    fc.assert(
      fc.property(chances, (p) => {
        const counts = countsByEnumeration(p);
        const pmf = poissonBinomialPmf(p);
        for (let k = 0; k <= p.length; k += 1) {
          expect(Math.abs((pmf[k] as number) - (counts[k] as number))).toBeLessThanOrEqual(1e-14);
          const tail = counts.slice(k).reduce((sum, value) => sum + value, 0);
          expect(Math.abs(atLeast(k, p) - tail)).toBeLessThanOrEqual(1e-13);
          expect(
            Math.abs(kOfNUnavailability(p.length - k, p) - (tail - (counts[k] as number))),
          ).toBeLessThanOrEqual(1e-13);
        }
      }),
    );
  });

  it('has series and parallel as its ends', () => {
    fc.assert(
      fc.property(chances, (p) => {
        expect(Math.abs(kOfNUnavailability(p.length, p) - seriesUnavailability(p))).toBeLessThanOrEqual(
          1e-14,
        );
        expect(Math.abs(kOfNUnavailability(1, p) - parallelUnavailability(p))).toBeLessThanOrEqual(1e-14);
        expect(kOfNUnavailability(0, p)).toBe(0);
      }),
    );
  });

  it('agrees for equal parts with the binomial, up to many thousands', () => {
    for (const [n, need] of [
      [3, 2],
      [50, 40],
      [20_000, 19_950],
    ] as const) {
      expectNear(
        kOfEqualUnavailability(need, n, 0.002),
        kOfNUnavailability(need, new Array(n).fill(0.002)),
        1e-10,
      );
    }
  });

  it('misses 99.99 % with two of three servers at one percent, where P^3 promises six nines', () => {
    expectNear(naiveUnavailability(0.01, 3), 1e-6, 1e-14);
    expectNear(kOfEqualUnavailability(2, 3, 0.01), 2.98e-4, 1e-13);
  });

  it('keeps unavailabilities that availability could not hold', () => {
    expectNear(seriesUnavailability([1e-20, 2e-20]), 3e-20, 1e-15);
    expectNear(seriesOfEqualUnavailability(1000, 1e-20), 1e-17, 1e-15);
    expect(seriesUnavailability([])).toBe(0);
    expect(Object.is(seriesUnavailability([0, 0]), 0)).toBe(true);
    expect(seriesUnavailability([0.5, 1])).toBe(1);
  });
});

describe('the binomial distribution', () => {
  it('adds up to one and has its mean, for small and large counts', () => {
    for (const [n, p] of [
      [0, 0.3],
      [1, 0.3],
      [7, 0.999],
      [1000, 1e-12],
      [100_000, 0.005],
    ] as const) {
      const pmf = binomialPmf(n, p);
      expectNear(sumBetween(pmf, 0, n + 1), 1, 1e-12);
      expectNear(
        pmf.reduce((sum, value, k) => sum + k * value, 0),
        n * p,
        1e-11,
      );
    }
  });

  it('is certain at the ends', () => {
    expect([...binomialPmf(3, 0)]).toEqual([1, 0, 0, 0]);
    expect([...binomialPmf(3, 1)]).toEqual([0, 0, 0, 1]);
  });
});

describe('the number of replicas that independence would pick', () => {
  it('is the smallest N with P^N below what is allowed', () => {
    const chance = fc.double({ min: 1e-6, max: 0.99, noNaN: true });
    const allowed = fc.double({ min: 1e-12, max: 1, noNaN: true });
    fc.assert(
      fc.property(chance, allowed, (p, r) => {
        const n = naiveReplicas(p, r);
        expect(p ** n).toBeLessThan(r);
        if (n > 1) expect(p ** (n - 1)).toBeGreaterThanOrEqual(r);
      }),
    );
  });

  it('does not exist for parts that are never up or for perfection', () => {
    expect(naiveReplicas(1, 0.1)).toBe(Number.POSITIVE_INFINITY);
    expect(naiveReplicas(0.1, 0)).toBe(Number.POSITIVE_INFINITY);
    expect(naiveReplicas(0, 0.1)).toBe(1);
  });
});

describe('impossible input', () => {
  it('is refused by the name of the quantity', () => {
    expect(() => seriesUnavailability([0.1, 1.1])).toThrow(/unavailability must lie in \[0, 1\]/);
    expect(() => parallelUnavailability([])).toThrow(/number of parallel parts/);
    expect(() => kOfNUnavailability(3, [0.1, 0.1])).toThrow(/parts needed must be at most 2/);
    expect(() => kOfEqualUnavailability(1, 2.5, 0.1)).toThrow(/number of parts/);
    expect(() => naiveUnavailability(0.1, 0)).toThrow(/number of replicas/);
    expect(() => poissonBinomialPmf([Number.NaN])).toThrow(RangeError);
    expect(() => binomialPmf(-1, 0.1)).toThrow(/number of trials/);
  });
});
