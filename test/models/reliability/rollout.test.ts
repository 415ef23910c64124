import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BadChange,
  outageHours,
  type RolloutStage,
  rolloutOutcome,
  rolloutShocks,
} from '../../../src/models/reliability/rollout.ts';
import { expectNear } from '../statistics/vectors.ts';
import { seeded } from './repair-random.ts';

const bad: BadChange = { coverage: 0.9, detectionHours: 0.1, reportHours: 4, rollbackHours: 0.25 };
const stages: RolloutStage[] = [
  { share: 0.01, bakeHours: 2, detectionHours: 0.5 },
  { share: 0.1, bakeHours: 4 },
  { share: 0.5, bakeHours: 4 },
];

describe('a staged rollout', () => {
  it('without stages takes the whole fleet until somebody notices', () => {
    const { reachesAll, shareHours } = rolloutOutcome([], bad);
    expect(reachesAll).toBe(1);
    expectNear(shareHours, 0.9 * 0.1 + 0.1 * 4 + 0.25, 1e-14);
  });

  it('agrees with simulated bad changes, stage by stage', () => {
    const random = seeded(11);
    const runs = 200_000;
    const outcome = rolloutOutcome(stages, bad);
    const hours = outcome.stages.map(() => 0);
    const squares = outcome.stages.map(() => 0);
    const spend = (i: number, time: number): void => {
      hours[i] = (hours[i] as number) + time;
      squares[i] = (squares[i] as number) + time * time;
    };
    for (let run = 0; run < runs; run += 1) {
      const seen = random() < bad.coverage;
      let caught = false;
      for (let i = 0; i < stages.length && !caught; i += 1) {
        const { share, bakeHours, detectionHours = bad.detectionHours / share } = stages[i] as RolloutStage;
        const after = seen ? -Math.log1p(-random()) * detectionHours : Number.POSITIVE_INFINITY;
        caught = after < bakeHours;
        spend(i, caught ? after + bad.rollbackHours : bakeHours);
      }
      const last = seen ? -Math.log1p(-random()) * bad.detectionHours : bad.reportHours;
      if (!caught) spend(stages.length, last + bad.rollbackHours);
    }
    outcome.stages.forEach((stage, i) => {
      const mean = (hours[i] as number) / runs;
      const error = Math.sqrt(((squares[i] as number) / runs - mean ** 2) / runs);
      expect(Math.abs(mean - stage.hours)).toBeLessThanOrEqual(4 * error + 1e-12);
    });
  });

  it('never lets a bad change get further or last longer for a longer bake, where all of it can be noticed', () => {
    const all = { ...bad, coverage: 1 };
    const bake = fc.double({ min: 0, max: 50, noNaN: true });
    fc.assert(
      fc.property(bake, bake, (a, b) => {
        const outcome = (hours: number) => rolloutOutcome([{ share: 0.1, bakeHours: hours }], all);
        const short = outcome(Math.min(a, b));
        const long = outcome(Math.max(a, b));
        expect(long.reachesAll).toBeLessThanOrEqual(short.reachesAll * (1 + 1e-12));
        expect(outageHours(long, 0.2)).toBeLessThanOrEqual(outageHours(short, 0.2) * (1 + 1e-12));
      }),
    );
  });

  it('does not help against changes that nobody would notice in a stage', () => {
    const blind = { ...bad, coverage: 0 };
    expect(rolloutOutcome(stages, blind).reachesAll).toBe(1);
    expect(outageHours(rolloutOutcome(stages, blind), 0.6)).toBe(outageHours(rolloutOutcome([], blind), 0.6));
  });

  it('counts as an outage only what takes more than can be spared', () => {
    const outcome = rolloutOutcome(stages, bad);
    const hours = outcome.stages.map((stage) => stage.hours);
    expectNear(outageHours(outcome, 0.2), (hours[2] as number) + (hours[3] as number), 1e-15);
    expectNear(outageHours(outcome, 0.5), hours[3] as number, 1e-15);
    expect(outageHours(outcome, 1)).toBe(0);
  });

  it('becomes shocks whose share of time is that of an alternating process', () => {
    const outcome = rolloutOutcome(stages, bad);
    const shocks = rolloutShocks(outcome, 1e-3);
    shocks.forEach(({ share, unavailability }, i) => {
      const { hours, share: expected } = outcome.stages[i] as { hours: number; share: number };
      expect(share).toBe(expected);
      expectNear(unavailability / (1 - unavailability), 1e-3 * hours, 1e-14);
    });
  });

  it('refuses shares that do not rise, and impossible times', () => {
    expect(() =>
      rolloutOutcome(
        [
          { share: 0.5, bakeHours: 1 },
          { share: 0.5, bakeHours: 1 },
        ],
        bad,
      ),
    ).toThrow(/must rise/);
    expect(() => rolloutOutcome([{ share: 1, bakeHours: 1 }], bad)).toThrow(/within \(0, 1\)/);
    expect(() => rolloutOutcome([{ share: 0.1, bakeHours: -1 }], bad)).toThrow(/bake time/);
    expect(() => rolloutOutcome([], { ...bad, detectionHours: 0 })).toThrow(/detection time/);
    expect(() => rolloutOutcome([], { ...bad, coverage: 1.1 })).toThrow(/coverage/);
    expect(() => rolloutShocks(rolloutOutcome([], bad), -1)).toThrow(/rate of bad changes/);
  });
});
