import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compoundPoisson } from '../../../src/models/slo/compound-poisson.ts';
import { failoverBudget } from '../../../src/models/slo/failover-budget.ts';
import { chanceOfMiss, expectedLoss, type LossMode } from '../../../src/models/slo/miss-chance.ts';
import { badMinutesPerYear, leversOf, type Risk } from '../../../src/models/slo/risk.ts';
import { creditExposure, creditFor, safetyMargin } from '../../../src/models/slo/service-credit.ts';
import { poissonTail } from '../../../src/models/statistics/distribution-functions.ts';
import { monteCarloMargin, seeded } from '../reliability/repair-random.ts';

const one = (perPeriod: number, loss: number): LossMode => ({ perPeriod, losses: [{ loss, weight: 1 }] });

describe('the chance that a period misses its objective', () => {
  it('with one kind of event is the tail of a Poisson count', () => {
    for (const rate of [1e-6, 0.1, 3, 40]) {
      const { low, high } = chanceOfMiss([one(rate, 0.3)], 1);
      const exact = poissonTail(4, rate, 'upper');
      expect(low / exact).toBeCloseTo(1, 9);
      expect(high / exact).toBeCloseTo(1, 9);
    }
  });

  it('lies between its bounds in a simulation of a ledger', () => {
    const modes: LossMode[] = [
      one(2, 0.11),
      {
        perPeriod: 0.3,
        losses: [
          { loss: 0.2, weight: 3 },
          { loss: 1.7, weight: 1 },
        ],
      },
      one(20, 0.013),
    ];
    const random = seeded(3);
    const poisson = (mean: number) => {
      let count = -1;
      for (let t = 0; t < mean; count += 1) t -= Math.log(1 - random());
      return Math.max(0, count);
    };
    const runs = 200_000;
    let missed = 0;
    for (let run = 0; run < runs; run += 1) {
      let loss = 0.05 + 0.11 * poisson(2) + 0.013 * poisson(20);
      for (let events = poisson(0.3); events > 0; events -= 1) loss += random() < 0.75 ? 0.2 : 1.7;
      if (loss > 1) missed += 1;
    }
    const { low, high } = chanceOfMiss(modes, 1, { steady: 0.05 });
    const share = missed / runs;
    const margin = monteCarloMargin(share, runs);
    expect(high - low).toBeLessThan(0.01);
    expect(share).toBeGreaterThan(low - margin);
    expect(share).toBeLessThan(high + margin);
    expect(expectedLoss(modes)).toBeCloseTo(2 * 0.11 + 0.3 * 0.575 + 20 * 0.013, 12);
  });

  it('is not what the mean says: 0.7 budgets on average, and still every second period is missed', () => {
    const { high } = chanceOfMiss([one(0.5, 1.4)], 1);
    expect(high).toBeCloseTo(-Math.expm1(-0.5), 12);
  });

  it('keeps its digits far below one', () => {
    const exact = poissonTail(11, 1e-3, 'upper');
    const { low, high } = chanceOfMiss([one(1e-3, 0.0999)], 1);
    expect(exact).toBeLessThan(1e-38);
    expect(low / exact).toBeCloseTo(1, 6);
    expect(high / exact).toBeCloseTo(1, 6);
  });

  it('holds for thousands of small events too', () => {
    const { low, high } = chanceOfMiss([one(5000, 1 / 5100)], 1, { cells: 5100 });
    const exact = poissonTail(5101, 5000, 'upper');
    expect(low / exact).toBeCloseTo(1, 6);
    expect(high / exact).toBeCloseTo(1, 6);
  });

  it('narrows with the number of cells, and one bound is never above the other', () => {
    const loss = fc.double({ min: 0.01, max: 2, noNaN: true });
    const rate = fc.double({ min: 0, max: 5, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(rate, loss), { minLength: 1, maxLength: 4 }), (list) => {
        const modes = list.map(([each, cost]) => one(each, cost));
        const coarse = chanceOfMiss(modes, 1, { cells: 40 });
        const narrow = chanceOfMiss(modes, 1, { cells: 400 });
        expect(coarse.low).toBeLessThanOrEqual(coarse.high + 1e-12);
        expect(narrow.low).toBeGreaterThanOrEqual(coarse.low - 1e-12);
        expect(narrow.high).toBeLessThanOrEqual(coarse.high + 1e-12);
      }),
      { numRuns: 50 },
    );
  });

  it('is certain where the steady loss alone is more than the budget', () => {
    expect(chanceOfMiss([one(0, 1)], 1, { steady: 1.01 })).toEqual({ low: 1, high: 1 });
    expect(chanceOfMiss([one(0.1, 0.5)], 1, { steady: 1 }).low).toBeCloseTo(-Math.expm1(-0.1), 12);
  });

  it('sums to one with the mass inside', () => {
    const { mass, exceeds } = compoundPoisson(Float64Array.from([0, 0.5, 0, 0.2]));
    expect(mass.reduce((sum, each) => sum + each, exceeds)).toBeCloseTo(1, 12);
  });

  it('refuses negative rates and losses', () => {
    expect(() => chanceOfMiss([one(-1, 1)], 1)).toThrow(/events of a period/);
    expect(() => chanceOfMiss([one(1, -1)], 1)).toThrow(/loss of an event/);
    expect(() => chanceOfMiss([one(1, 1)], 0)).toThrow(/limit of the losses/);
  });
});

describe('manual against automatic failover', () => {
  const budget = 2592;
  const minute = 60;
  const manual = {
    kind: 'manual',
    detect: 2 * minute,
    respond: 10 * minute,
    decide: 30 * minute,
    promote: 18 * minute,
  } as const;
  const automatic = {
    kind: 'automatic',
    detect: 5,
    promote: 5,
    failureChance: 0.01,
    manual: 3600,
  } as const;

  it('one manual failover of an hour spends 139 % of a month at 99.9 %, so no month with one meets it', () => {
    const cost = failoverBudget(manual, 0.1, budget);
    expect(cost.perLoss).toBeCloseTo(3600 / 2592, 12);
    expect(cost.lossesPaid).toBe(0);
    expect(cost.missChance).toBeCloseTo(-Math.expm1(-0.1), 9);
  });

  it('an automatic one pays for dozens', () => {
    const cost = failoverBudget(automatic, 0.1, budget);
    expect(cost.outage).toBe(46);
    expect(cost.lossesPaid).toBe(56);
    expect(cost.missChance).toBeLessThan(1e-12);
  });
});

describe('the levers of a risk', () => {
  const risk: Risk = { name: 'deploy', eventsPerYear: 26, detectMinutes: 10, repairMinutes: 20, impact: 0.1 };

  it('each bring it to what is allowed, where they can', () => {
    for (const { lever, needed } of leversOf(risk, 60)) {
      const key = {
        rarer: 'eventsPerYear',
        smaller: 'impact',
        'sooner detected': 'detectMinutes',
        'sooner repaired': 'repairMinutes',
      } as const;
      expect(badMinutesPerYear({ ...risk, [key[lever]]: needed })).toBeCloseTo(60, 9);
    }
  });

  it('come in order of what halving them saves', () => {
    const saved = leversOf(risk, 60).map(({ savedByHalving }) => savedByHalving);
    expect(saved).toEqual([...saved].sort((a, b) => b - a));
    expect(saved[0]).toBeCloseTo(39, 9);
  });

  it('that save the same come in a fixed order, time first, whatever floats make of them', () => {
    for (const eventsPerYear of [0.1, 1.24, 7, 87.7, 170.3]) {
      for (const impact of [0.0286, 0.3, 0.364, 1]) {
        const same: Risk = { name: 'zone', eventsPerYear, detectMinutes: 0, repairMinutes: 111.1, impact };
        const order = leversOf(same, 1).map(({ lever }) => lever);
        expect(order).toEqual(['sooner repaired', 'smaller', 'rarer', 'sooner detected']);
      }
    }
  });

  it('refuse an impact above 1', () => {
    expect(() => badMinutesPerYear({ ...risk, impact: 1.5 })).toThrow(/impact of deploy/);
  });
});

describe('service credits', () => {
  const tiers = [
    { belowPercent: '99.99', creditPercent: '10' },
    { belowPercent: '99.0', creditPercent: '30' },
    { belowPercent: '95.0', creditPercent: '100' },
  ];

  it('are not due at exactly the promised availability, whatever floats make of it', () => {
    expect(creditFor(tiers, 4.32, 43_200)).toEqual({ uptimePercent: 99.99, creditPercent: 0 });
    expect(creditFor(tiers, 4.320001, 43_200).creditPercent).toBe(10);
    expect(creditFor(tiers, 43_200, 43_200).creditPercent).toBe(100);
  });

  it('are expected as the chances of their tiers say', () => {
    const { expectedCredit, tiers: chances } = creditExposure(tiers, [one(0.2, 0.005)]);
    // One event of 0.5 % is below 99.99; two are exactly 99.0 % and not below it, three are.
    const any = -Math.expm1(-0.2);
    const three = poissonTail(3, 0.2, 'upper');
    expect(chances.map(({ chance }) => chance.high)[0]).toBeCloseTo(any, 12);
    expect(expectedCredit.high).toBeGreaterThanOrEqual(0.1 * any + 0.2 * three);
    expect(expectedCredit.high).toBeCloseTo(0.1 * any + 0.2 * three, 5);
  });

  it('leave a margin between what is promised inside and outside', () => {
    const margin = safetyMargin('99.995', tiers);
    expect(margin.unavailability).toBeCloseTo(0.00005, 15);
    expect(margin.factor).toBe(2);
    expect(safetyMargin('99.9', tiers).unavailability).toBeLessThan(0);
  });

  it('refuse tiers that credit less for worse months, and a month shorter than its downtime', () => {
    const odd = [
      { belowPercent: '99.9', creditPercent: '50' },
      { belowPercent: '99', creditPercent: '10' },
    ];
    expect(() => creditExposure(odd, [])).toThrow(/must not be less/);
    expect(() => creditFor(tiers, 43_201, 43_200)).toThrow(/downtime must not exceed/);
  });
});
