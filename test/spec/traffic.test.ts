import { describe, expect, it } from 'vitest';
import { readSpec } from '../../src/spec/read.ts';
import { cosineTraffic } from '../../src/spec/traffic.ts';
import { changed, problemsOf } from './minimal.ts';

const withTraffic = (traffic: string) => changed('  peak:', `  traffic: ${traffic}\n  peak:`);
const hourlyOf = (traffic: string) => readSpec(withTraffic(traffic), 'f').workload.traffic.value.hourly;
const day = (share: number, changedHours: Record<number, number> = {}) =>
  Array.from({ length: 24 }, (_, hour) => changedHours[hour] ?? share);

describe('traffic', () => {
  it('of a cosine day is 1 at its peak hour and a ninth of it at the trough for an amplitude of 0.8', () => {
    const hourly = hourlyOf('{shape: cosine, amplitude: 0.8, peakHour: 14}');
    expect(hourly[14]).toBe(1);
    expect(hourly[2]).toBeCloseTo(0.2 / 1.8, 12);
    expect(hourly.reduce((sum, hour) => sum + hour, 0) / 24).toBeCloseTo(1 / 1.8, 12);
  });

  it('has a largest hour of 1 even when the peak lies between two hours', () => {
    expect(Math.max(...cosineTraffic(0.5, 13.5).hourly)).toBe(1);
  });

  it('is flat at an amplitude of 0 and when it is called flat', () => {
    expect(hourlyOf('{shape: cosine, amplitude: 0, peakHour: 3}')).toEqual(day(1));
    expect(hourlyOf('flat')).toEqual(day(1));
  });

  it('of 24 hours is scaled so that the largest is 1', () => {
    expect(hourlyOf(`{hourly: [${day(50, { 9: 200 })}]}`)).toEqual(day(0.25, { 9: 1 }));
    expect(hourlyOf(`{hourly: [${day(1).map(() => '30 %')}]}`)).toEqual(day(1));
  });

  it.each([
    ['23 hours', `{hourly: [${day(1).slice(1)}]}`, /out-of-range: .* has 23 values, a day has 24 hours/],
    [
      'a negative hour',
      `{hourly: [${day(1, { 5: -1 })}]}`,
      /out-of-range: an hourly share of -1 is negative/,
    ],
    ['a silent day', `{hourly: [${day(0)}]}`, /out-of-range: all hours are 0/],
    [
      'an amplitude above 1',
      '{shape: cosine, amplitude: 1.5, peakHour: 14}',
      /an amplitude of 1.5 is not between 0 % and 100 %/,
    ],
    [
      'an hour that no day has',
      '{shape: cosine, amplitude: 0.5, peakHour: 24}',
      /peakHour 24 is no hour of the day/,
    ],
    [
      'an unknown shape',
      '{shape: cosin, amplitude: 0.5, peakHour: 2}',
      /wrong-type: .*`cosin` -> did you mean `cosine`/,
    ],
    ['an unknown word', 'flatt', /wrong-type: .*`flatt` -> did you mean `flat`/],
    ['both forms', '{shape: cosine, hourly: []}', /unknown-key: unknown key `shape`/],
  ])('refuses %s', (_what, traffic, expected) => {
    expect(problemsOf(withTraffic(traffic)).join('\n')).toMatch(expected);
  });

  it.each([
    [-0.1, 14],
    [1.1, 14],
    [0.5, -1],
    [0.5, 24],
    [Number.NaN, 1],
  ])('as a function refuses an amplitude of %d and a peak at %d', (amplitude, peakHour) => {
    expect(() => cosineTraffic(amplitude, peakHour)).toThrow(RangeError);
  });
});
