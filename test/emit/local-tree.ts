import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { madeTexts } from '../../src/emit/made-texts.ts';
import { readTemplates } from '../../src/emit/read-templates.ts';
import { renderTarget } from '../../src/emit/render-target.ts';
import type { EmitInput, EmittedFile, Target } from '../../src/emit/types.ts';
import { plannerOf } from '../../src/plan/build.ts';
import { laptop, sizeOf, smallPlan } from '../../src/plan/scale.ts';
import { exampleSpec } from '../../src/spec/example.ts';

/**
 * The example on one machine, as `emit --target local --cores 2 --memory 8` and `--target compose` see it, with what
 * `--set` sets.
 */
export function smallInput(
  target: Exclude<Target, 'kubernetes'>,
  set: Readonly<Record<string, string>> = {},
  size = target === 'local' ? sizeOf('a machine', 2, 8 * 2 ** 30) : laptop,
): EmitInput {
  const spec = exampleSpec();
  const sets = Object.entries(set).map(([name, text]) => ({ name, text }));
  const planner = plannerOf({ sets });
  const { factor, ...small } = smallPlan(spec, planner.plan(spec), size, planner);
  const made = madeTexts(small.plan, small.spec);
  return { target, ...small, made, scale: { ...size, factor } };
}

/** The files of a target, by their path. */
export function smallTree(input: EmitInput): ReadonlyMap<string, string> {
  const templates = fileURLToPath(new URL('../../templates', import.meta.url));
  if (!existsSync(templates)) throw new Error('templates are missing');
  const files: readonly EmittedFile[] = renderTarget(input, readTemplates(templates, input.target));
  return new Map(files.map(({ path, text }) => [path, text]));
}

/** A YAML or JSON file of a tree. */
export function parsed<T>(tree: ReadonlyMap<string, string>, path: string): T {
  const text = tree.get(path);
  if (text === undefined) throw new Error(`there is no ${path} in ${[...tree.keys()].join(', ')}`);
  return parse(text) as T;
}
