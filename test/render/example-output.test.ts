import { describe, expect, it } from 'vitest';
import { buildPlan } from '../../src/plan/build.ts';
import { fleetMarkdown } from '../../src/render/fleet.ts';
import { planJson } from '../../src/render/plan-json.ts';
import { sloMarkdown } from '../../src/render/slo.ts';
import { exampleSpec } from '../../src/spec/example.ts';
import { sloOf } from './slo-planned.ts';

const folder = '../../examples/image-resize';

/** The complete case beside its spec: whatever changes a number or a sentence of the plan shows here as a difference. */
describe('the example, sized from the cited figure', () => {
  const plan = buildPlan({ spec: exampleSpec(), sets: [] });

  it('is the fleet that examples hold as Markdown', async () => {
    await expect(fleetMarkdown({ plan, findings: Number.POSITIVE_INFINITY })).toMatchFileSnapshot(
      `${folder}/fleet.md`,
    );
  });

  it('is the plan that examples hold as JSON', async () => {
    await expect(`${JSON.stringify(planJson(plan), null, 2)}\n`).toMatchFileSnapshot(`${folder}/plan.json`);
  });

  it('has the objectives that examples hold as Markdown', async () => {
    const view = { slo: sloOf(), findings: Number.POSITIVE_INFINITY, inputs: true };
    await expect(sloMarkdown(view)).toMatchFileSnapshot(`${folder}/slo.md`);
  });
});
