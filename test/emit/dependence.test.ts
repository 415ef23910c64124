import { describe, expect, it } from 'vitest';
import { readTemplates } from '../../src/emit/read-templates.ts';
import { renderTarget } from '../../src/emit/render-target.ts';
import { type EmitInput, type EmittedFile, type Target, targets } from '../../src/emit/types.ts';
import { buildPlan } from '../../src/plan/build.ts';
import type { Plan, PlanQuantity } from '../../src/plan/types.ts';
import { emittedTree, repository } from './checks/tree.ts';

const ofMade = 'holds a text that is made from the plan, and this test renders with the texts of the old one';

/** Files that read numbers and stay the same here; each with its reason. */
const constant: Readonly<Record<string, string>> = {
  'base/observability/alertmanager.yaml': ofMade,
  'base/observability/dashboard.yaml': ofMade,
  'base/observability/rules.yaml': ofMade,
  'cold-storage/object-lock.json': 'the number stands in a comment, which JSON does not have',
};

describe.each(targets)('what %s says of the plan', (target) => {
  const tree = emittedTree(target);

  it('differs for twice the peak exactly where a number that it reads follows the peak', {
    timeout: 120_000,
  }, () => {
    const { plan, spec, made } = tree.input;
    const twice = buildPlan({
      spec,
      sets: [{ name: 'workload.peak', text: `${2 * numberOf(plan, 'workload.peak')} req/s` }],
    });
    const after = again(target, { ...tree.input, plan: twice });
    const paths = new Set(after.map(({ path }) => path));
    const followers = plan.sheet.dependents('workload.peak');
    const moved = (name: string) => numberOf(plan, name) !== numberOf(twice, name);
    for (const name of plan.quantities.keys()) {
      if (name !== 'workload.peak' && moved(name)) expect([name, followers.has(name)]).toEqual([name, true]);
    }
    const files = templated(tree.files, made).filter(({ path }) => paths.has(path));
    const changed = changedPaths(files, after);
    const may = files.filter(({ reads }) => reads.some(moved)).map(({ path }) => path);
    expect(changed.filter((path) => !may.includes(path))).toEqual([]);
    // A reason names the constraint that binds; that others moved below it is not to be seen.
    const silent = unbinding(plan).filter((name) => unbinding(twice).includes(name));
    const must = files.filter(({ reads }) => reads.some((name) => moved(name) && !silent.includes(name)));
    expect(must.map(({ path }) => path).filter((path) => !changed.includes(path))).toEqual([]);
    expect(must.length).toBeGreaterThan(0);
  });

  it('changes in every file that reads a number, when every number is another', { timeout: 120_000 }, () => {
    const { plan, made } = tree.input;
    const values = new Map([...plan.quantities].map(([name, { value, unit }]) => [name, other(value, unit)]));
    const after = again(target, { ...tree.input, plan: withValues(plan, values) });
    const changed = new Set(changedPaths(tree.files, after));
    const still = templated(tree.files, made).filter(({ path }) => !changed.has(path));
    // What reads no number of the plan may stay.
    const silent = still.filter(({ reads, path }) => reads.length > 0 && !(path in constant));
    expect(silent.map(({ path }) => path)).toEqual([]);
  });
});

function unbinding({ tiers }: Plan): string[] {
  return tiers.flatMap(({ constraints }) =>
    constraints.filter(({ binding }) => !binding).map(({ quantity }) => quantity),
  );
}

/** Made texts take many quantities into account, and their own tests say how. */
function templated(files: readonly EmittedFile[], made: EmitInput['made']): EmittedFile[] {
  const paths = new Set(made.map(({ path }) => path));
  // The small overlay is made from a plan of its own.
  return files.filter(({ path }) => !paths.has(path) && !path.startsWith('overlays/small/'));
}

function again(target: Target, input: EmitInput): EmittedFile[] {
  return renderTarget(input, readTemplates(`${repository}templates`, target));
}

function withValues(plan: Plan, values: ReadonlyMap<string, number>): Plan {
  const quantities = new Map<string, PlanQuantity>();
  for (const [name, quantity] of plan.quantities) {
    const value = values.get(name) ?? quantity.value;
    const display = value === quantity.value ? quantity.display : `${value} ${quantity.unit}`;
    quantities.set(name, { ...quantity, value, display });
  }
  return { ...plan, quantities };
}

function numberOf(plan: Plan, name: string): number {
  const quantity = plan.quantities.get(name);
  if (quantity === undefined) throw new Error(`the plan has no ${name}`);
  return quantity.value;
}

/** Another value that every format can write: whole numbers stay whole. */
function other(value: number, unit: string): number {
  if (unit === '1' && value > 0 && value < 1) return value / 2;
  return Number.isInteger(value) ? value + 1 + (value > 1000 ? value : 0) : value * 2;
}

function changedPaths(before: readonly EmittedFile[], after: readonly EmittedFile[]): string[] {
  const texts = new Map(after.map(({ path, text }) => [path, text]));
  return before.filter(({ path, text }) => texts.get(path) !== text).map(({ path }) => path);
}
