import { Decimal } from 'decimal.js';
import { describe, expect, it } from 'vitest';
import { exampleWith, ledgerIn, lineIn, places, sloOf } from './planned.ts';

const made = sloOf();
const ledger = ledgerIn(made);

function added(texts: readonly string[]): string {
  return texts.reduce((sum, text) => sum.plus(text), new Decimal(0)).toFixed();
}

describe('the ledger of the built-in example', () => {
  it('has lines that add up, with what is unspent, to the budget digit by digit', () => {
    for (const each of made.ledgers) {
      for (const unit of ['requests', 'seconds'] as const) {
        const texts = each.lines.map((line) => line[unit].text);
        expect(added(texts)).toBe(each.spent[unit].text);
        expect(added([...texts, each.unspent[unit].text])).toBe(each.budget[unit].text);
      }
      for (const line of each.lines) {
        expect(added(line.parts.map(({ requests }) => requests.text))).toBe(line.requests.text);
      }
    }
  });

  it('has a budget of 43.2 minutes and of a thousandth of the requests of 30 days', () => {
    expect(ledger.budget.seconds.text).toBe('2592');
    expect(ledger.budget.requests.text).toBe('14400000');
  });

  it('knows every way to fail, those that cost nothing among them', () => {
    const modes = ledger.lines.map(({ mode }) => mode);
    expect(new Set(modes).size).toBe(modes.length);
    expect([...modes].sort()).toEqual([
      ...['certificate', 'configuration', 'dependency', 'deploy', 'election', 'grey', 'identityManagement'],
      ...['machine', 'overload', 'poisonRequest', 'power', 'rack', 'storeBehind', 'switch', 'zone'],
    ]);
  });

  it('lists the dearest line first, and each with its share', () => {
    const costs = ledger.lines.map(({ requests }) => requests.value);
    expect(costs).toEqual([...costs].sort((a, b) => b - a));
    const shares = ledger.lines.reduce((sum, { budgetShare }) => sum + budgetShare, 0);
    expect(shares).toBeCloseTo(ledger.spent.share, 9);
    const spent = ledger.lines.reduce((sum, { spentShare }) => sum + spentShare, 0);
    expect(spent).toBeCloseTo(1, 9);
  });

  it('lets the management plane and the usage store be away at no cost for requests', () => {
    for (const mode of ['identityManagement', 'storeBehind'] as const) {
      const line = lineIn(made, mode);
      expect(line.requests.text).toBe('0');
      expect(line.eventsPerYear).toBeGreaterThan(1);
      expect(line.levers).toEqual([]);
    }
  });

  it('takes a bad configuration as 52 s to the fast alert, its lag, a page and a rollback', () => {
    const { times, impact, requestsPerEvent } = lineIn(made, 'configuration');
    expect(times).toMatchObject({ endedBy: 'people', alert: 'fast', respond: 300 });
    expect(times.detect).toBeCloseTo(51.84 + 22.5, 9);
    expect(times.mitigate).toBeCloseTo(1200, 9);
    expect(impact).toEqual({ mean: 1, worst: 1 });
    // Over all hours of the day the mean rate counts.
    expect(requestsPerEvent).toBeCloseTo((1574.34 * 10_000) / 1.8, 0);
  });

  it('sheds nothing while the largest zone is away at night, and 16.8 % at the peak', () => {
    const { impact } = lineIn(made, 'zone');
    expect(impact.worst).toBeCloseTo(1 - 26 / 31.25, 3);
    expect(impact.mean).toBeLessThan(0.05);
  });

  it('loses nothing in an election that is over before any deadline, and all later requests where it fails', () => {
    const { parts, impact } = lineIn(made, 'election');
    const queue = parts.find(({ tier }) => tier === 'queue');
    // One failover in a hundred needs people: 1505.8 s, less the deadline of 14.95 s.
    const lost = 0.01 * (5.8 + 1505.8 - 14.953125) * (10_000 / 1.8);
    expect((queue?.requests.value ?? 0) / ((queue?.eventsPerYear ?? 0) * (30 / 365.25))).toBeCloseTo(
      lost,
      -2,
    );
    expect(impact.mean).toBe(1);
  });

  it('finds a lever for each line that costs something, the one that saves most first', () => {
    for (const { requests, levers } of ledger.lines) {
      if (requests.value === 0) continue;
      const saved = levers.map(({ savedByHalving }) => savedByHalving);
      expect(saved.length).toBeGreaterThan(0);
      expect(saved).toEqual([...saved].sort((a, b) => b - a));
      expect(saved[0]).toBeLessThanOrEqual(requests.value / 2 + 1e-6);
    }
  });

  it('meets its budget and its chance of a miss, so no finding is an error', () => {
    expect(ledger.unspent.requests.value).toBeGreaterThan(0);
    expect(ledger.miss.met).toBe(true);
    expect(made.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

describe('manual failover of the queue', () => {
  const manual = sloOf(exampleWith([places.failover, 'failover: manual']));

  it('raises the chance of missing a month above the declared one, and the error names the line', () => {
    const { miss } = ledgerIn(manual);
    expect(miss.chance.low).toBeGreaterThan(miss.largest);
    expect(miss.owners[0]?.mode).toBe('election');
    const errors = manual.findings.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ code }) => code)).toEqual(['miss-chance']);
    expect(errors[0]?.message).toContain('owned by the line leader lost');
    expect(errors[0]?.advice).toContain('fail over by software');
    expect(errors[0]?.place?.file).toBe('headroom.yaml');
  });

  it('still adds up to the budget', () => {
    const { lines, unspent, budget } = ledgerIn(manual);
    expect(added([...lines, unspent].map(({ requests }) => ('text' in requests ? requests.text : '')))).toBe(
      budget.requests.text,
    );
  });
});

describe('a service that fails too often', () => {
  const poor = sloOf(exampleWith([places.outages, '  outages: 60 /y\n']));

  it('is overspent by the amount by which its lines exceed the budget', () => {
    const { unspent, spent, budget } = ledgerIn(poor);
    expect(unspent.requests.value).toBeLessThan(0);
    expect(added([spent.requests.text, unspent.requests.text])).toBe(budget.requests.text);
    expect(poor.findings.map(({ code }) => code)).toContain('budget-overspent');
  });

  it('gets a finding for each line above a quarter of the budget, with where its lever must stand', () => {
    const above = ledgerIn(poor).lines.filter(({ budgetShare }) => budgetShare > 0.25);
    const found = poor.findings.filter(({ code }) => code === 'line-above-cap');
    expect(found).toHaveLength(above.length);
    expect(above[0]?.levers[0]?.needed).toBeDefined();
    expect(found[0]?.advice).toContain('needed');
  });
});
