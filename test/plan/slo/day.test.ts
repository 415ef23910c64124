import { describe, expect, it } from 'vitest';
import { exampleWith, places, sloOf } from './planned.ts';

describe('one hour of outage', () => {
  const { yield: made } = sloOf();

  it('costs 7.49 % of a day at the peak and 0.84 % at the trough of 1 + 0.8 cos, 4.17 % by uptime', () => {
    expect((100 * made.atPeak.yieldLoss).toFixed(2)).toBe('7.49');
    expect((100 * made.atTrough.yieldLoss).toFixed(2)).toBe('0.84');
    expect((100 * made.uptimeLoss).toFixed(2)).toBe('4.17');
  });

  it('is best planned around the trough of the day', () => {
    expect(made.plannedWork.best.startHour).toBeCloseTo(1.5, 9);
    expect(made.plannedWork.worst.startHour).toBeCloseTo(13.5, 9);
  });

  it('spends two and a half budgets of a month at the peak and a quarter of one at the trough', () => {
    expect(made.budgetShare.atPeak).toBeCloseTo(0.07490488857832124 / 30 / 0.001, 9);
    expect(made.budgetShare.atTrough).toBeLessThan(0.3);
  });

  it('answers 83.2 % of the peak without the largest zone, and names the tier that is short', () => {
    const zone = made.overload.find(({ title }) => title.includes('zone'));
    expect(zone).toMatchObject({ tier: 'worker' });
    expect(zone?.yieldAtPeak).toBeCloseTo(26 / 31.25, 9);
    expect(zone?.yield).toBeGreaterThan(0.9);
    expect(zone?.yield).toBeLessThan(1);
  });

  it('costs the same at any hour of a flat day', () => {
    const flat = sloOf(exampleWith([`traffic:\n${places.traffic}`, 'traffic: flat\n'])).yield;
    expect(flat.atPeak.yieldLoss).toBeCloseTo(1 / 24, 12);
    expect(flat.atTrough.yieldLoss).toBeCloseTo(1 / 24, 12);
  });

  it('counts the hours of a day that is given by the hour', () => {
    const hours = Array.from({ length: 24 }, (_, hour) => (hour === 9 ? 3 : 1));
    const day = sloOf(exampleWith([places.traffic, `    hourly: [${hours}]\n`])).yield;
    expect(day.atPeak).toMatchObject({ startHour: 9 });
    expect(day.atPeak.yieldLoss).toBeCloseTo(3 / 26, 12);
  });
});
