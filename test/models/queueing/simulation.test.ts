import { describe, expect, it } from 'vitest';
import { mg1MeanWait } from '../../../src/models/queueing/mg1.ts';
import { percentileOf, simulatePool, uniform } from './simulation.ts';

describe('the random numbers of the tests', () => {
  it('are uniform enough to have the right mean and variance', () => {
    const random = uniform(7);
    const draws = Array.from({ length: 20_000 }, random);
    const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.01);
    expect(draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length).toBeCloseTo(1 / 12, 2);
  });
});

describe('the simulated pool', () => {
  it('has the exact mean wait of a single server within its own noise', () => {
    const mix = [
      { serviceTime: 0.5, share: 0.5 },
      { serviceTime: 1.5, share: 0.5 },
    ];
    const { meanWait, responses } = simulatePool(0.6, 1, mix, 400_000, 3);
    expect(Math.abs(meanWait / mg1MeanWait(0.6, 1, 0.25) - 1)).toBeLessThan(0.03);
    expect(percentileOf(responses, 0)).toBe(0.5);
  });
});
