import { Decimal } from 'decimal.js';
import { describe, expect, it } from 'vitest';
import { budgetIn, exampleWith, places, sloOf } from './planned.ts';

const critical = ['loadBalancer', 'api', 'queue', 'worker'];

describe('the split of the budget', () => {
  it.each([
    ['by cost', exampleWith()],
    ['equal', exampleWith([places.split, '  split: equal\n'])],
    ['given', exampleWith([places.split, '  split: {api: 10 %, worker: 33.3 %}\n'])],
  ])('adds up to the budget digit by digit, what is unallocated included: %s', (_rule, text) => {
    const made = sloOf(text);
    const { split } = made;
    const sum = split.tiers.reduce((total, { budget }) => total.plus(budget), new Decimal(split.unallocated));
    expect(sum.toFixed()).toBe(budgetIn(made, 'availability').budget);
    for (const { budget, objective } of split.tiers) {
      expect(new Decimal(budget).plus(objective).toFixed()).toBe('1');
    }
  });

  it('covers the tiers without any of which a request fails; the cache and the data plane stand in for each other', () => {
    expect(sloOf().split.tiers.map(({ tier }) => tier)).toEqual(critical);
  });

  it('by cost gives most to the tier that its model finds dearest', () => {
    const { tiers } = sloOf().split;
    expect(tiers.reduce((most, each) => (each.share > most.share ? each : most)).tier).toBe('worker');
  });

  it('by given shares leaves the rest unallocated', () => {
    const { split } = sloOf(exampleWith([places.split, '  split: {api: 10 %, worker: 30 %}\n']));
    expect(split.tiers.map(({ tier, budget }) => [tier, budget])).toEqual([
      ['api', '0.0001'],
      ['worker', '0.0003'],
    ]);
    expect(split.unallocated).toBe('0.0006');
  });

  it('given beside the path of a request is a finding: shares that nothing needs, and tiers that got none', () => {
    const { split, findings } = sloOf(
      exampleWith([places.split, '  split: {api: 10 %, worker: 30 %, queue: 10 %, batch: 5 %}\n']),
    );
    expect(split.outside).toEqual(['batch']);
    expect(split.without).toEqual(['loadBalancer']);
    const found = findings.find(({ code }) => code === 'split-beside-path');
    expect(found?.message).toContain('no request fails without batch, to which a share is given');
    expect(found?.message).toContain('a request fails without loadBalancer, to which none is given');
    expect(sloOf().findings.map(({ code }) => code)).not.toContain('split-beside-path');
  });

  it('says where the promises of the tiers add up to more than the service may lose', () => {
    const { split, findings } = sloOf();
    expect(split.ceiling?.met).toBe(false);
    expect(split.ceiling?.unavailability).toBeCloseTo(1 - 0.9999 ** 2 * 0.9995 * 0.999, 12);
    expect(split.extraNine).toBe('0.9999');
    expect(split.belowExtraNine).toEqual(['queue', 'worker']);
    expect(findings.map(({ code }) => code)).toContain('promises-above-ceiling');
  });

  it('finds no fault with promises of a nine more', () => {
    const { split, findings } = sloOf(
      exampleWith(
        ['availability: 99.95 %', 'availability: 99.99 %'],
        [
          'availability: 99.9 %\n      latency: the service',
          'availability: 99.99 %\n      latency: the service',
        ],
      ),
    );
    expect(split.ceiling?.met).toBe(true);
    expect(split.belowExtraNine).toEqual([]);
    expect(findings.map(({ code }) => code)).not.toContain('promises-above-ceiling');
  });
});

describe('the budgets', () => {
  it('are those of the rolling window of the spec', () => {
    const availability = budgetIn(sloOf(), 'availability');
    const latency = budgetIn(sloOf(), 'latency');
    expect(availability).toMatchObject({ budget: '0.001', windowSeconds: 2_592_000 });
    expect(availability.asked.text).toBe('14400000000');
    expect(latency).toMatchObject({ budget: '0.01' });
    expect(latency.seconds.text).toBe('25920');
  });

  it('of a calendar month are ready for the longest one, with the hour of a change of the clock', () => {
    const calendar = `${places.window}    calendar: {unit: month, timeZone: Europe/Berlin}\n`;
    const availability = budgetIn(sloOf(exampleWith([places.window, calendar])), 'availability');
    expect(availability.window).toEqual({ kind: 'calendar', unit: 'month', timeZone: 'Europe/Berlin' });
    expect(availability.windowSeconds).toBe(745 * 3600);
    expect(availability.seconds.text).toBe('2682');
  });

  it('count only the payloads that the latency objective is about', () => {
    const made = sloOf(exampleWith(['payloadBelow: 1 MB', 'payloadBelow: 300 kB']));
    const availability = budgetIn(made, 'availability');
    const latency = budgetIn(made, 'latency');
    expect(latency.asked.value / availability.asked.value).toBeCloseTo(0.75, 9);
  });
});
