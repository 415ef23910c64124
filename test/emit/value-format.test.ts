import { describe, expect, it } from 'vitest';
import { formatValue, type ValueFormat } from '../../src/emit/value-format.ts';

describe('a value in a config', () => {
  it.each<[number, string, ValueFormat | undefined, string | number]>([
    [40, 'machine', 'count', 40],
    [31.25, 'machine', 'ceil', 32],
    [31.25, 'machine', 'floor', 31],
    [0.1 + 0.2, '1', undefined, 0.3],
    [2e-11, 'USD/B', 'decimal', '0.00000000002'],
    [2.953125, 's', 'seconds', 3],
    [2.953125, 's', 'milliseconds', 2954],
    [2.953125, 's', 'duration', '2954ms'],
    [15, 's', 'duration', '15s'],
    [0.1, 's', 'nanoseconds', 100_000_000],
    [152_500_000, 'B/process', 'Mi', '146Mi'],
    [2 ** 30, 'B', 'Gi', '1Gi'],
    [2 ** 20, 'B', 'MiB', 1],
    [1.5, 'core', 'millicores', '1500m'],
    [0.2, '1', 'percent', '20%'],
    [0.125, '1', 'percentNumber', 13],
    [60, 's', 'schedule', '*/1 * * * *'],
    [1500, 's', 'schedule', '*/20 * * * *'],
    [3540, 's', 'schedule', '*/30 * * * *'],
    [3600, 's', 'schedule', '0 */1 * * *'],
    [18_000, 's', 'schedule', '0 */4 * * *'],
    [86_400, 's', 'schedule', '0 0 * * *'],
    [864_000, 's', 'schedule', '0 0 * * *'],
    [220_903_200, 's', 'days', 2557],
  ])('%d %s as %s is %s', (value, unit, format, text) => {
    expect(formatValue(value, unit, format)).toBe(text);
  });

  it('is not rounded up by the noise of floats', () => {
    expect(formatValue(0.1 * 3 * 10, 's', 'seconds')).toBe(3);
    expect(formatValue(1 - 1e-15, 'machine', 'floor')).toBe(1);
  });

  it('is refused where the unit is of another kind, or the number has no such text', () => {
    expect(() => formatValue(1, 's', 'bytes')).toThrow('as bytes needs a unit of B, and this is in s');
    expect(() => formatValue(1.5, 'machine', 'count')).toThrow('1.5 is not a whole number');
    expect(() => formatValue(Number.POSITIVE_INFINITY, 's', 'seconds')).toThrow('not a finite number');
  });
});
