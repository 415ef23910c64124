import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failoverGroup } from '../../../src/models/reliability/failover.ts';
import { electionStart, failoverCost } from '../../../src/models/reliability/failover-election.ts';
import { repairableGroup } from '../../../src/models/reliability/repair.ts';
import { expectNear } from '../statistics/vectors.ts';
import { seeded } from './repair-random.ts';

const base = {
  standbys: 1,
  meanTimeToFailure: 1000,
  meanTimeToRepair: 4,
  detectionTime: 0.01,
  switchTime: 0.02,
  failedFailovers: 0.02,
  manualTime: 1,
};

describe('failover to standbys', () => {
  it('is a group with hot spares when failovers are instant and always work', () => {
    const group = { ...base, detectionTime: 0, switchTime: 0, failedFailovers: 0 };
    for (const standbys of [0, 1, 2, 3]) {
      for (const crews of [1, 2]) {
        const found = failoverGroup({ ...group, standbys, crews });
        const spare = repairableGroup({
          units: 1,
          needed: 1,
          spares: standbys,
          dormancy: 1,
          failureRate: 1 / 1000,
          repairRate: 1 / 4,
          crews,
        });
        expectNear(found.unavailability, spare.unavailability, 1e-12);
        expectNear(found.frequency, spare.frequency, 1e-12);
        expectNear(found.meanTimeToLongOutage, spare.meanTimeToOutage, 1e-12);
      }
    }
  });

  it('splits the time into phases that add up, with the outages in the phases that own them', () => {
    const { phases, unavailability } = failoverGroup(base);
    const { serving, ...outages } = phases;
    expectNear(
      Object.values(outages).reduce((a, b) => a + b, 0),
      unavailability,
      1e-12,
    );
    expectNear(serving + unavailability, 1, 1e-14);
    // Each failure takes 0.01 h to detect and 0.02 h to switch; 2 % strand for an hour.
    expectNear(phases.switching / phases.undetected, 2, 0.01);
    expectNear(phases.stranded / phases.undetected, 2, 0.02);
  });

  it('loses availability with slower detection, slower switching and more failed failovers', () => {
    const more = fc.double({ min: 1.1, max: 20, noNaN: true });
    fc.assert(
      fc.property(
        more,
        fc.constantFrom('detectionTime', 'switchTime', 'failedFailovers', 'manualTime'),
        (factor, key) => {
          const worse = failoverGroup({ ...base, [key]: base[key as keyof typeof base] * factor });
          expect(worse.unavailability).toBeGreaterThan(failoverGroup(base).unavailability);
        },
      ),
    );
  });

  it('agrees with a simulation of the same story', () => {
    const group = {
      ...base,
      meanTimeToFailure: 20,
      meanTimeToRepair: 2,
      detectionTime: 0.3,
      switchTime: 0.2,
      failedFailovers: 0.1,
    };
    const simulated = simulate(group, 400_000, seeded(7));
    const found = failoverGroup(group);
    expect(Math.abs(simulated / found.unavailability - 1)).toBeLessThan(0.03);
  });

  it('names what is impossible', () => {
    expect(() => failoverGroup({ ...base, failedFailovers: 2 })).toThrow(/failed failover/);
    expect(() => failoverGroup({ ...base, detectionTime: -1 })).toThrow(/detection time/);
    expect(() => failoverGroup({ ...base, meanTimeToRepair: 0 })).toThrow(/mean time to repair/);
  });
});

/** Share of downtime of a pair, event by event: each unit and each step has a clock of its own. */
function simulate(group: typeof base, hours: number, random: () => number): number {
  const draw = (mean: number): number => -mean * Math.log1p(-random());
  let [now, down, standbyUp, activeBroken] = [0, 0, true, false];
  let phase: 'serving' | 'undetected' | 'switching' | 'stranded' | 'exhausted' = 'serving';
  const decide = (): typeof phase => (standbyUp ? 'switching' : 'exhausted');
  while (now < hours) {
    const clocks: [string, number][] = [];
    if (phase === 'serving') clocks.push(['fail', draw(group.meanTimeToFailure)]);
    if (phase === 'undetected') clocks.push(['detect', draw(group.detectionTime)]);
    if (phase === 'switching') clocks.push(['switch', draw(group.switchTime)]);
    if (phase === 'stranded') clocks.push(['manual', draw(group.manualTime)]);
    if (standbyUp) clocks.push(['standby fails', draw(group.meanTimeToFailure)]);
    else clocks.push(['standby repaired', draw(group.meanTimeToRepair)]);
    if (activeBroken && phase !== 'undetected')
      clocks.push(['active repaired', draw(group.meanTimeToRepair)]);
    const [event, after] = clocks.reduce((first, clock) => (clock[1] < first[1] ? clock : first));
    now += after;
    if (phase !== 'serving') down += after;
    // Whatever serves is called the active unit; a unit that is mended meanwhile becomes a standby.
    if (event === 'fail') [phase, activeBroken] = ['undetected', true];
    else if (event === 'detect') phase = standbyUp || !activeBroken ? 'switching' : decide();
    else if (event === 'standby fails') standbyUp = false;
    else if (event === 'standby repaired') standbyUp = true;
    else if (event === 'active repaired') activeBroken = false;
    else {
      const works = event === 'manual' || random() >= group.failedFailovers;
      if (!works) phase = 'stranded';
      else [phase, standbyUp, activeBroken] = handOver(standbyUp, activeBroken);
    }
    if (phase === 'exhausted' && (standbyUp || !activeBroken)) {
      [phase, standbyUp, activeBroken] = handOver(standbyUp, activeBroken);
    }
  }
  return down / now;
}

/** After a hand-over: the unit that works serves; the other is the standby, working or not. */
function handOver(standbyUp: boolean, activeBroken: boolean): ['serving' | 'exhausted', boolean, boolean] {
  if (!standbyUp && activeBroken) return ['exhausted', false, true];
  return ['serving', standbyUp && !activeBroken, false];
}

describe('elections and promotions', () => {
  it('starts an election after the smallest of the timeouts', () => {
    // Two followers of three servers, timeouts between 4 and 9 s.
    const { mean, median } = electionStart(4, 9, 2);
    expectNear(mean, 4 + 5 / 3, 1e-15);
    expectNear(median, 9 - 5 / Math.SQRT2, 1e-14);
    const random = seeded(3);
    const draws = Array.from({ length: 20_000 }, () => 4 + 5 * Math.min(random(), random())).sort(
      (a, b) => a - b,
    );
    expect(Math.abs((draws[10_000] as number) - median)).toBeLessThan(0.05);
    expect(() => electionStart(5, 4, 2)).toThrow(/longest election timeout/);
  });

  it('turns election time and frequency into unavailability', () => {
    const policy = {
      kind: 'automatic',
      detect: 1 / 3600,
      promote: 4.8 / 3600,
      failureChance: 0,
      manual: 1,
    } as const;
    const weekly = failoverCost(policy, 1 / 168);
    expectNear(weekly.outage * 3600, 5.8, 1e-12);
    expectNear(weekly.unavailability, 5.8 / (168 * 3600 + 5.8), 1e-12);
  });

  it('shows that an hour of manual failover allows 99.9 % only some nine losses a year', () => {
    const manual = {
      kind: 'manual',
      detect: 5 / 60,
      respond: 15 / 60,
      decide: 20 / 60,
      promote: 20 / 60,
    } as const;
    const perYear = (lossRate: number) => failoverCost(manual, lossRate / 8760, 1e-3);
    const allowed = (perYear(1).lossesAllowed as number) * 8760;
    expectNear(allowed, 8.7688, 1e-4);
    expect(perYear(8).unavailability).toBeLessThan(1e-3);
    expect(perYear(9).unavailability).toBeGreaterThan(1e-3);
    expect(perYear(1).steps.map((step) => step.name)).toEqual(['detect', 'respond', 'decide', 'promote']);
  });

  it('counts the failovers that people must mend', () => {
    const policy = {
      kind: 'automatic',
      detect: 0.01,
      promote: 0.01,
      failureChance: 0.05,
      manual: 2,
    } as const;
    expectNear(failoverCost(policy, 0).outage, 0.12, 1e-15);
    expect(() => failoverCost({ ...policy, failureChance: -1 }, 1)).toThrow(/failed failover/);
    expect(() => failoverCost({ ...policy, detect: -1 }, 1)).toThrow(/time to detect/);
  });
});
