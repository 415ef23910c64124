import { describe, expect, it } from 'vitest';
import metricsFile from '../../schemas/metrics.json' with { type: 'json' };
import { buildPlan } from '../../src/plan/build.ts';
import { rulesOfPlan } from '../../src/rules/from-plan.ts';
import { tierIndicators } from '../../src/rules/tier-objectives.ts';
import type { Selector } from '../../src/rules/types.ts';
import { exampleSpec } from '../../src/spec/example.ts';

/** Values of the one label that a selector matches, beside all that the metric has. */
function labelled({ metric, matchers }: Selector): { named: string[]; known: readonly string[] } {
  const found = metricsFile.metrics.find(({ name }) => metric === name || metric === `${name}_count`);
  const [matcher] = matchers;
  if (found === undefined) throw new Error(`no metric ${metric}`);
  if (matcher === undefined) return { named: [], known: [] };
  const known = (found.labels as Readonly<Record<string, readonly string[]>>)[matcher.label];
  return { named: matcher.value.split('|'), known: known ?? [] };
}

describe('objectives of single tiers', () => {
  it.each(tierIndicators.map((each) => [each.slo, each] as const))(
    '%s names only values that its metric has, the bad ones among all that it counts',
    (_, { indicator }) => {
      if (indicator.kind !== 'requests') throw new Error('a share of events was expected');
      const total = labelled(indicator.total);
      expect(total.named.filter((value) => !total.known.includes(value))).toEqual([]);
      for (const bad of indicator.bad) {
        const { named, known } = labelled(bad);
        expect(named.filter((value) => !known.includes(value))).toEqual([]);
        if (bad.metric !== indicator.total.metric) continue;
        expect(named.filter((value) => !total.named.includes(value))).toEqual([]);
        expect(named.length).toBeLessThan(total.named.length);
      }
    },
  );

  it('are those that the tiers of the spec guarantee, and no others', () => {
    const spec = exampleSpec();
    const tiers = spec.tiers.map((tier) => {
      const { guarantees, ...answers } = tier.answers;
      return tier.id === 'worker' && guarantees !== undefined ? { ...tier, answers } : tier;
    });
    const all = rulesOfPlan(buildPlan({ spec, sets: [] })).objectives;
    const without = rulesOfPlan(buildPlan({ spec: { ...spec, tiers }, sets: [] })).objectives;
    expect(all.map(({ slo }) => slo)).toContain('worker-jobs');
    expect(without.map(({ slo }) => slo)).toEqual(
      all.map(({ slo }) => slo).filter((slo) => slo !== 'worker-jobs'),
    );
    expect(all.find(({ slo }) => slo === 'queue-delivery')?.objective).toBe('0.9995');
  });
});
