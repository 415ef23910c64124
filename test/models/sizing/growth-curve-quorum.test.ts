import { describe, expect, it } from 'vitest';
import { interpolate } from '../../../src/models/sizing/curve.ts';
import { grownTotal } from '../../../src/models/sizing/growth.ts';
import { quorumOverZones } from '../../../src/models/sizing/quorum-zones.ts';

const year = 31_557_600;

describe('growth', () => {
  it('accumulates the product where nothing grows', () => {
    expect(grownTotal(2, 0, year)).toBe(2 * year);
  });
  it('agrees with a sum over small steps', () => {
    let sum = 0;
    const steps = 100_000;
    for (let i = 0; i < steps; i++) sum += 1.3 ** (((i + 0.5) / steps) * 7) * ((7 * year) / steps);
    expect(grownTotal(1, 0.3, 7 * year) / sum).toBeCloseTo(1, 8);
  });
  it('keeps its digits where growth is tiny', () => {
    expect(grownTotal(1, 1e-12, year) / year).toBeCloseTo(1 + 5e-13, 15);
  });
  it('refuses what cannot be', () => {
    expect(() => grownTotal(-1, 0, 1)).toThrow(RangeError);
    expect(() => grownTotal(1, -1, 1)).toThrow(RangeError);
    expect(() => grownTotal(1, 0, -1)).toThrow(RangeError);
  });
});

describe('a curve of times by payload', () => {
  const points = [
    { bytes: 100, seconds: 1 },
    { bytes: 200, seconds: 3 },
    { bytes: 400, seconds: 4 },
  ];
  it('passes through its points and is straight between them', () => {
    expect([100, 150, 200, 300, 400].map((bytes) => interpolate(points, bytes))).toEqual([1, 2, 3, 3.5, 4]);
  });
  it('continues its last segments outside, never below zero', () => {
    expect(interpolate(points, 600)).toBe(5);
    expect(interpolate(points, 0)).toBe(0);
  });
  it('is proportional to the bytes where one point is known', () => {
    expect(interpolate([{ bytes: 100, seconds: 1 }], 250)).toBe(2.5);
    expect(interpolate([{ bytes: 100, seconds: 1 }], 50)).toBe(0.5);
  });
  it('refuses an empty curve', () => {
    expect(() => interpolate([], 1)).toThrow(RangeError);
  });
});

describe('a quorum over zones', () => {
  it('keeps a majority after the loss of the largest zone', () => {
    expect(quorumOverZones(3, 3)).toBe(3);
    expect(quorumOverZones(5, 3)).toBe(5);
    // Four nodes over three zones: the zone with two takes the majority of three with it.
    expect(quorumOverZones(4, 3)).toBe(5);
  });
  it('does not exist with two zones', () => {
    expect(quorumOverZones(3, 2)).toBeUndefined();
    expect(quorumOverZones(3, 1)).toBeUndefined();
  });
});
