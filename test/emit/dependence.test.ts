import { describe, expect, it } from 'vitest';
import { withMadeTexts } from '../../src/emit/made-texts.ts';
import { readTemplates } from '../../src/emit/read-templates.ts';
import { renderTarget } from '../../src/emit/render-target.ts';
import { type EmitInput, type EmittedFile, targets } from '../../src/emit/types.ts';
import type { Plan, PlanQuantity } from '../../src/plan/types.ts';
import { exampleSpec } from '../../src/spec/example.ts';
import type { Spec } from '../../src/spec/types.ts';
import { emittedTree, repository } from './checks/tree.ts';
import { changing, inputFor } from './dependence.ts';

describe.each(targets)('what %s says of the plan', (target) => {
  const tree = emittedTree(target);

  it('changes for twice the peak in exactly the files that say something that follows the peak', {
    timeout: 120_000,
  }, () => {
    const twice = emittedTree(target, withTwiceThePeak(exampleSpec()));
    expect(pathsOf(twice.files)).toEqual(pathsOf(tree.files));
    const predicted = tree.files.filter((file) => changing(file, twice.input).length > 0);
    expect(pathsOf(predicted)).toEqual(changedPaths(tree.files, twice.files));
    expect(predicted.length).toBeGreaterThan(0);
    for (const file of predicted) {
      const followers = followersOfPeak(inputFor(file, tree.input).plan);
      for (const said of changing(file, twice.input)) {
        const behind = said.names.filter((name) => followers.has(name));
        expect({ path: file.path, said, behind }).not.toMatchObject({ behind: [] });
      }
    }
  });

  it('changes where every number is another in every file that says one', {
    timeout: 120_000,
  }, () => {
    const other = withOtherNumbers(tree.input);
    const after = renderTarget(other, readTemplates(`${repository}templates`, target));
    const predicted = tree.files.filter((file) => changing(file, other).length > 0);
    expect(pathsOf(predicted)).toEqual(changedPaths(tree.files, after));
    const silent = tree.files
      .filter(({ reads }) => reads.length > 0)
      .filter((file) => !predicted.includes(file));
    expect(silent.flatMap(({ path, said = [] }) => said.map(({ text }) => [path, text]))).toEqual([]);
  });

  it('changes for a single number in exactly the files that say it', { timeout: 120_000 }, () => {
    const templates = readTemplates(`${repository}templates`, target);
    const names = [...new Set(tree.files.flatMap(({ reads }) => reads))].filter(
      (_, index) => index % 12 === 0,
    );
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) {
      const other = withOtherNumbers(tree.input, (each) => each === name);
      const predicted = tree.files.filter((file) => changing(file, other).length > 0);
      const after = renderTarget(other, templates);
      expect([name, pathsOf(predicted)]).toEqual([name, changedPaths(tree.files, after)]);
    }
  });
});

/** The peak itself and all behind it; on a small machine the users shrink with what the peak is relative to. */
function followersOfPeak({ sheet }: Plan): Set<string> {
  const inputs = ['workload.peak', 'workload.users'];
  return new Set(inputs.flatMap((name) => [name, ...sheet.dependents(name)]));
}

function withTwiceThePeak(spec: Spec): Spec {
  const { peak } = spec.workload;
  const twice = { ...peak, value: 2 * peak.value, exact: String(2 * peak.value) };
  return { ...spec, workload: { ...spec.workload, peak: twice } };
}

function withOtherNumbers(input: EmitInput, changes = (_name: string) => true): EmitInput {
  const quantities = new Map(
    [...input.plan.quantities].map(([name, each]) => [name, changes(name) ? withOther(each) : each]),
  );
  const plan: Plan = { ...input.plan, quantities };
  const { scale } = input;
  const small = input.small && withOtherNumbers(input.small, changes);
  const factor = scale && changes('workload.peak') ? scale.factor / 2 : scale?.factor;
  const { made: _, ...rest } = input;
  return withMadeTexts({
    ...rest,
    plan,
    ...(scale && factor && { scale: { ...scale, factor } }),
    ...(small && { small }),
  });
}

function withOther(quantity: PlanQuantity): PlanQuantity {
  const value = other(quantity);
  return {
    ...quantity,
    value,
    display: value === quantity.value ? quantity.display : `${value} ${quantity.unit}`,
  };
}

/** Another value that every format can write: whole numbers stay whole, shares stay shares, minutes whole minutes. */
function other({ value, unit }: PlanQuantity): number {
  if (unit === '1' && value > 0 && value < 1) return value > 0.5 ? (1 + value) / 2 : value / 2;
  if (!Number.isInteger(value) || value > 1000) return value * 2;
  return value + 1;
}

function pathsOf(files: readonly EmittedFile[]): string[] {
  return files.map(({ path }) => path);
}

function changedPaths(before: readonly EmittedFile[], after: readonly EmittedFile[]): string[] {
  const texts = new Map(after.map(({ path, text }) => [path, text]));
  return before.filter(({ path, text }) => texts.get(path) !== text).map(({ path }) => path);
}
