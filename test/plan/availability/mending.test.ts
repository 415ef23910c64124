import { describe, expect, it } from 'vitest';
import { leversFor } from '../../../src/plan/availability/levers.ts';
import { cheapestMending, unavailabilityOf } from '../../../src/plan/availability/mending.ts';
import { withMachines } from '../../../src/plan/availability/tier-facts.ts';
import { availabilityOf, exampleWith, modelOf, pieces } from './planned.ts';

const { parts, plan } = modelOf();
const factsOf = (id: string) => {
  const found = parts.facts.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no tier ${id}`);
  return found;
};

/** Every set of levers with every number of machines up to a limit. */
function exhaustive(id: string, allowed: number, most: number): number {
  const facts = factsOf(id);
  const levers = leversFor(parts, facts);
  let cheapest = Number.POSITIVE_INFINITY;
  for (let bits = 0; bits < 2 ** levers.length; bits++) {
    const chosen = levers.filter((_, i) => (bits & (1 << i)) !== 0);
    const changed = chosen.reduce((now, lever) => lever.apply(now, facts), parts);
    for (let spares = 0; spares <= most; spares++) {
      const cost = chosen.reduce((sum, lever) => sum + lever.cost, spares);
      if (cost >= cheapest) continue;
      const sized = spares === 0 ? facts : withMachines(plan, facts, facts.machines + spares);
      if (unavailabilityOf(changed, sized, 1e-12) <= allowed) cheapest = cost;
    }
  }
  return cheapest;
}

describe('the cheapest mending', () => {
  it.each([
    ['api', 1e-4],
    ['api', 3e-4],
    ['loadBalancer', 8e-5],
    ['identityData', 1e-4],
    ['queue', 5e-4],
  ])('of %s for %d is the one that trying everything finds', (id, allowed) => {
    const found = cheapestMending(parts, factsOf(id), allowed);
    expect(found.meets).toBe(true);
    expect(found.cost).toBeCloseTo(exhaustive(id, allowed, 4), 9);
  });

  it('meets the objective when it is evaluated anew', () => {
    const { causes, machine } = pieces;
    const staged = '[{share: 5 %, bake: 1 h}, {share: 25 %, bake: 4 h}]';
    const mended = modelOf(
      exampleWith(
        [causes, `${causes}  version: {stages: ${staged}}\n  configuration: {stages: ${staged}}\n`],
        [machine, machine],
      ),
    );
    const api = mended.parts.facts.find(({ id }) => id === 'api');
    const five = api && withMachines(mended.plan, api, 5);
    expect(five && unavailabilityOf(mended.parts, five)).toBeLessThanOrEqual(1e-4);
  });

  it('says so where nothing that was tried suffices', () => {
    const hopeless = cheapestMending(parts, factsOf('worker'), 1e-9);
    expect(hopeless.meets).toBe(false);
    expect(hopeless.measures.length).toBeGreaterThan(0);
  });

  it('offers software in place of people where people fail over', () => {
    const manual = modelOf(exampleWith([pieces.queueFailover, '    failover: manual\n'])).parts;
    const queue = manual.facts.find(({ id }) => id === 'queue');
    const names = queue && leversFor(manual, queue).map(({ name }) => name);
    expect(names).toContain('fail over by software');
  });

  it('weighs remedies as the spec does', () => {
    const dear = availabilityOf(exampleWith([pieces.causes, `${pieces.causes}\nmending: {stage: 50}\n`]));
    const api = dear.outlook.find(({ id }) => id === 'api');
    expect(api?.mending?.measures.join()).not.toContain('stages');
    expect(api?.mending?.meets).toBe(true);
  });
});
