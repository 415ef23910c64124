import { describe, expect, it } from 'vitest';
import {
  catalogue,
  catalogueEntry,
  catalogueRate,
  ratePerHour,
  repairHours,
} from '../../../src/models/reliability/catalogue.ts';
import { rateInterval } from '../../../src/models/statistics/rate.ts';

describe('the catalogue of default failure rates', () => {
  it('gives each entry a meaning, a domain, a source and a year', () => {
    for (const entry of catalogue()) {
      expect(entry.meaning.length, entry.id).toBeGreaterThan(10);
      expect(entry.domain, entry.id).toMatch(/^[a-z]+$/);
      expect(entry.source.length, entry.id).toBeGreaterThan(10);
      expect(entry.year, entry.id).toBeGreaterThanOrEqual(2000);
      expect(entry.year, entry.id).toBeLessThanOrEqual(2026);
    }
  });

  it('has each id once, in the form of a name', () => {
    const ids = catalogue().map((entry) => entry.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z][a-z0-9-]+$/);
  });

  it('has values that can be: rates above 0, shares up to 1, ranges in order', () => {
    for (const entry of catalogue()) {
      if (entry.kind === 'share') {
        expect(entry.share, entry.id).toBeGreaterThan(0);
        expect(entry.share, entry.id).toBeLessThanOrEqual(1);
      }
      if (entry.kind !== 'rate') continue;
      expect(entry.rate.value, entry.id).toBeGreaterThan(0);
      for (const range of [entry.repair, entry.affects]) {
        if (range) expect(range.low, entry.id).toBeLessThanOrEqual(range.high);
      }
      expect(entry.rate.low ?? 0, entry.id).toBeLessThanOrEqual(entry.rate.value);
      expect(entry.rate.high ?? Infinity, entry.id).toBeGreaterThanOrEqual(entry.rate.value);
    }
  });

  it('has shares of one whole that add up to 1, or to what the source leaves unnamed', () => {
    const sums = new Map<string, number>();
    for (const entry of catalogue()) {
      if (entry.kind === 'share') sums.set(entry.of, (sums.get(entry.of) ?? 0) + entry.share);
    }
    expect(sums.get('tags of causes')).toBeCloseTo(1, 9);
    expect(sums.get('outages with a postmortem')).toBeCloseTo(1, 9);
  });

  it('reproduces the published interval of the drive failure rate from its counts', () => {
    const entry = catalogueRate('backblaze-drive');
    const interval = rateInterval(4317, 115_638_676 / 365, 0.95);
    expect(entry.rate.value).toBeCloseTo(0.013626, 6);
    expect(interval.low).toBeCloseTo(entry.rate.low ?? 0, 5);
    expect(interval.high).toBeCloseTo(entry.rate.high ?? 0, 5);
  });

  it('gives rates per hour and the geometric middle of repair times', () => {
    const rack = catalogueRate('dean-rack');
    expect(ratePerHour(rack)).toBeCloseTo(20 / 8766, 12);
    expect(repairHours(rack)).toBeCloseTo(Math.sqrt(6), 12);
    expect(repairHours(catalogueRate('ford-node'))).toBeUndefined();
  });

  it('rejects an unknown entry and a share where a rate is asked for', () => {
    expect(() => catalogueEntry('nobody-knows')).toThrow('nobody-knows');
    expect(() => catalogueRate('google-binary-push')).toThrow('is a share');
  });
});
