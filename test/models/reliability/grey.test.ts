import { describe, expect, it } from 'vitest';
import { type GreyFault, greyBehaviour } from '../../../src/models/reliability/grey.ts';
import { exploreChain, visitsOf } from '../../../src/models/reliability/markov.ts';
import { steadyState } from '../../../src/models/reliability/markov-steady.ts';
import { expectNear } from '../statistics/vectors.ts';
import { monteCarloMargin, seeded } from './repair-random.ts';

const never = Number.POSITIVE_INFINITY;
const slowDisk: GreyFault = {
  name: 'slow disk',
  rate: 1e-4,
  detectionTime: 24,
  passesAfter: 100,
  repairTime: 8,
  lost: 0,
  slow: 0.9,
};
const hung: GreyFault = {
  name: 'hung',
  rate: 2e-4,
  detectionTime: 0.1,
  passesAfter: never,
  repairTime: 0.5,
  lost: 1,
  slow: 0,
};
const oneWay: GreyFault = {
  name: 'one-way partition',
  rate: 1e-5,
  detectionTime: 2,
  passesAfter: 1,
  repairTime: 0,
  lost: 1,
  slow: 0,
};
const crash: GreyFault = {
  name: 'crash',
  rate: 1e-3,
  detectionTime: 0.005,
  passesAfter: never,
  repairTime: 1,
  lost: 1,
  slow: 0,
};

describe('grey failures', () => {
  it('has the shares of time of the chain of one machine', () => {
    const faults = [slowDisk, hung, oneWay, crash];
    const { chain, states } = exploreChain<string>('healthy', String, function* (state) {
      for (const fault of faults) {
        if (state === 'healthy') yield { to: `grey ${fault.name}`, rate: fault.rate };
        if (state === `grey ${fault.name}`) {
          yield { to: fault.repairTime > 0 ? `out ${fault.name}` : 'healthy', rate: 1 / fault.detectionTime };
          yield { to: 'healthy', rate: 1 / fault.passesAfter };
        }
        if (state === `out ${fault.name}`) yield { to: 'healthy', rate: 1 / fault.repairTime };
      }
    });
    const { probability } = steadyState(chain);
    const share = (kind: string): number =>
      visitsOf(chain, probability, (i) => (states[i] as string).startsWith(kind)).probability;
    const found = greyBehaviour(faults, 10);
    expectNear(found.seenDown, share('out'), 1e-12);
    expectNear(found.unseen, share('grey'), 1e-12);
  });

  it('loses requests that no probe sees, and names the fault that owns them', () => {
    const found = greyBehaviour([slowDisk, hung, oneWay, crash], 20);
    expect(found.unavailability).toBeGreaterThan(3e-5);
    expect(found.slowShare).toBeGreaterThan(1e-3);
    const total = Object.values(found.owners).reduce((a, b) => a + b, 0);
    expectNear(total, 1, 1e-14);
    expect(found.owners['slow disk']).toBe(0);
    expect(found.owners['hung']).toBeGreaterThan(found.owners['crash'] as number);
  });

  it('agrees with requests drawn one by one', () => {
    const faults = [
      { ...hung, rate: 0.05, detectionTime: 2, repairTime: 3 },
      { ...slowDisk, rate: 0.02, detectionTime: 5, passesAfter: 5, repairTime: 4, lost: 0.2, slow: 0.5 },
    ];
    const machines = 6;
    const exact = greyBehaviour(faults, machines);
    const [random, runs] = [seeded(11), 300_000];
    const kinds = faults
      .map((f) => 1 / (1 / f.detectionTime + 1 / f.passesAfter))
      .map((stay, i) => {
        const f = faults[i] as GreyFault;
        return { grey: f.rate * stay, out: (f.rate * stay * f.repairTime) / f.detectionTime, f };
      });
    const cycle = 1 + kinds.reduce((sum, kind) => sum + kind.grey + kind.out, 0);
    const draw = (): GreyFault | 'healthy' | 'out' => {
      let x = random() * cycle - 1;
      if (x < 0) return 'healthy';
      for (const { grey, out, f } of kinds) {
        if (x < grey) return f;
        x -= grey + out;
        if (x < 0) return 'out';
      }
      return 'healthy';
    };
    let lost = 0;
    let slow = 0;
    for (let run = 0; run < runs; run++) {
      const serving = Array.from({ length: machines }, draw).filter((state) => state !== 'out');
      const machine = serving[Math.floor(random() * serving.length)];
      if (machine === undefined) lost++;
      else if (machine !== 'healthy') {
        const x = random();
        if (x < machine.lost) lost++;
        else if (x < machine.lost + machine.slow) slow++;
      }
    }
    expect(Math.abs(lost / runs - exact.unavailability)).toBeLessThan(
      monteCarloMargin(exact.unavailability, runs),
    );
    expect(Math.abs(slow / runs - exact.slowShare)).toBeLessThan(monteCarloMargin(exact.slowShare, runs));
  });

  it('is mended by faster detection and by a second attempt', () => {
    const once = greyBehaviour([hung], 10);
    const faster = greyBehaviour([{ ...hung, detectionTime: hung.detectionTime / 10 }], 10);
    expectNear(once.unavailability / faster.unavailability, 10, 0.01);
    expectNear(greyBehaviour([hung], 10, 2).unavailability, once.unavailability ** 2, 1e-6);
  });

  it('does not retry where there is only one machine', () => {
    expectNear(greyBehaviour([hung], 1, 3).unavailability, greyBehaviour([hung], 1).unavailability, 1e-15);
  });

  it('loses more where a failing machine draws requests, as errors are fast', () => {
    const hole = greyBehaviour([{ ...crash, attraction: 20 }], 50);
    expectNear(hole.unavailability / greyBehaviour([crash], 50).unavailability, 20, 0.01);
  });

  it('names what is impossible', () => {
    expect(() => greyBehaviour([{ ...hung, detectionTime: never }], 3)).toThrow(/must be detected or pass/);
    expect(() => greyBehaviour([{ ...hung, slow: 0.1 }], 3)).toThrow(/lost or slowed/);
    expect(() => greyBehaviour([{ ...hung, rate: -1 }], 3)).toThrow(/rate of hung/);
    expect(() => greyBehaviour([hung], 0)).toThrow(/machines/);
  });
});
