import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exampleWith, places, sloOf } from './planned.ts';

const percent = (min: number, max: number) =>
  fc.integer({ min: min * 1000, max: max * 1000 }).map((value) => `${value / 1000} %`);

/** Specs that differ in what they promise, how they fail, and how soon anybody acts. */
const spec = fc.record({
  target: percent(95, 99.99),
  window: fc.integer({ min: 3, max: 90 }),
  outages: fc.double({ min: 0, max: 500, noNaN: true }).map((value) => value.toPrecision(4)),
  page: fc.integer({ min: 1, max: 7200 }),
  split: fc.constantFrom('cost', 'equal', '{api: 12.5 %, worker: 33.3333 %}'),
  mode: fc.constantFrom('automatic', 'manual'),
  amplitude: fc.integer({ min: 0, max: 100 }),
});

describe('any spec', () => {
  it('has ledgers whose lines and what is unspent add up to the budget, and splits that do', () => {
    fc.assert(
      fc.property(spec, ({ target, window, outages, page, split, mode, amplitude }) => {
        const made = sloOf(
          exampleWith(
            ['target: 99.9 %', `target: ${target}`],
            [places.window, `    window: ${window} d\n`],
            [places.outages, `  outages: ${outages} /y\n`],
            [places.page, `  page: ${page} s\n`],
            [places.split, `  split: ${split}\n`],
            [places.failover, `failover: ${mode}`],
            ['amplitude: 0.8', `amplitude: ${amplitude / 100}`],
          ),
        );
        for (const { lines, unspent, budget } of made.ledgers) {
          for (const unit of ['requests', 'seconds'] as const) {
            const sum = lines.reduce(
              (total, line) => total.plus(line[unit].text),
              new Decimal(unspent[unit].text),
            );
            expect(sum.toFixed()).toBe(budget[unit].text);
          }
          for (const line of lines) expect(line.requests.value).toBeGreaterThanOrEqual(0);
        }
        const { tiers, unallocated } = made.split;
        const whole = tiers.reduce((total, tier) => total.plus(tier.budget), new Decimal(unallocated));
        expect(whole.toFixed()).toBe(made.budgets[0]?.budget);
        for (const { chance } of made.ledgers.map(({ miss }) => miss)) {
          expect(chance.low).toBeGreaterThanOrEqual(0);
          expect(chance.high).toBeLessThanOrEqual(1);
          expect(chance.low).toBeLessThanOrEqual(chance.high + 1e-12);
        }
      }),
      { numRuns: 10 },
    );
  }, 60_000);
});
