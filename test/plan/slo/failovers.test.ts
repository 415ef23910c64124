import { describe, expect, it } from 'vitest';
import { failoverBudget } from '../../../src/models/slo/failover-budget.ts';
import { exampleWith, ledgerIn, places, sloOf } from './planned.ts';

const flat = [`traffic:\n${places.traffic}`, 'traffic: flat\n'] as const;
const hour =
  'failover: {mode: manual, detection: 5 min, response: 30 min, decision: 20 min, promotion: 5 min}';

function queueIn(text: string) {
  const made = sloOf(text);
  const found = made.failovers.find(({ tier }) => tier === 'queue');
  if (found === undefined) throw new Error('the queue has no failover');
  const [automatic, manual] = found.lines;
  return { made, automatic, manual, ...found };
}

describe('the loss of a leader', () => {
  it('stands in two lines, by software and by people, of which the plan has one', () => {
    const { automatic, manual } = queueIn(exampleWith());
    expect([automatic.mode, automatic.chosen, manual.mode, manual.chosen]).toEqual([
      'automatic',
      true,
      'manual',
      false,
    ]);
    expect(automatic.outageSeconds).toBeLessThan(30);
    expect(manual.outageSeconds).toBeGreaterThan(1800);
  });

  it('misses a month at 99.9 % when people need an hour, at the mean rate', () => {
    const { manual, lossesPerYear } = queueIn(exampleWith(flat, [places.failover, hour]));
    expect(manual.outageSeconds).toBe(3600);
    expect(manual.perLoss).toBeGreaterThan(1);
    expect(manual.lossesPaid).toBe(0);
    // The 15 s that a job may wait are not lost.
    const deadline = 14.953125;
    const policy = { kind: 'manual', detect: 3600 - deadline, respond: 0, decide: 0, promote: 0 } as const;
    const alone = failoverBudget(policy, (lossesPerYear * 30) / 365.25, 2592);
    expect(manual.perLoss).toBeCloseTo(alone.perLoss, 9);
    expect(manual.expected).toBeCloseTo(alone.expected, 9);
    expect(manual.missAlone).toBeCloseTo(alone.missChance, 6);
  });

  it('pays for 173 losses by software, and none by people', () => {
    const { automatic, manual } = queueIn(exampleWith());
    expect(automatic.lossesPaid).toBeGreaterThan(100);
    expect(manual.lossesPaid).toBeLessThanOrEqual(1);
  });

  it('compares the same two lines whichever the plan has', () => {
    const now = queueIn(exampleWith());
    const manual = queueIn(exampleWith([places.failover, 'failover: manual']));
    expect(manual.manual.chosen).toBe(true);
    expect(manual.automatic.perLoss).toBeCloseTo(now.automatic.perLoss, 12);
    expect(manual.manual.missChance.high).toBeCloseTo(now.manual.missChance.high, 12);
    expect(manual.automatic.missChance.high).toBeCloseTo(now.automatic.missChance.high, 12);
    expect(manual.manual.missChance).toEqual(ledgerIn(manual.made).miss.chance);
  });

  it('costs requests nothing where no request needs the tier', () => {
    const { made } = queueIn(exampleWith());
    const identity = made.failovers.find(({ tier }) => tier === 'identityManagement');
    for (const line of identity?.lines ?? []) {
      expect(line).toMatchObject({ inPath: false, perLoss: 0, lossesPaid: Number.POSITIVE_INFINITY });
    }
    expect(identity?.lossesPerYear).toBeGreaterThan(0);
  });

  it('is a warning where people do it in the path of requests', () => {
    const codes = (text: string) => sloOf(text).findings.map(({ code }) => code);
    expect(codes(exampleWith([places.failover, 'failover: manual']))).toContain('manual-failover');
    expect(codes(exampleWith())).not.toContain('manual-failover');
  });
});
