import { fileURLToPath } from 'node:url';
import type { CheckResult, Fault } from '../../../src/emit/checks.ts';
import { madeTexts } from '../../../src/emit/made-texts.ts';
import { readTemplates } from '../../../src/emit/read-templates.ts';
import { renderTarget } from '../../../src/emit/render-target.ts';
import { runChecks } from '../../../src/emit/run-checks.ts';
import type { EmitInput, EmittedFile, Target } from '../../../src/emit/types.ts';
import { buildPlan } from '../../../src/plan/build.ts';
import { laptop, smallPlan } from '../../../src/plan/scale.ts';
import { exampleSpec } from '../../../src/spec/example.ts';
import type { Spec } from '../../../src/spec/types.ts';

export const repository = fileURLToPath(new URL('../../..', import.meta.url));
export const schemas = `${repository}schemas`;

export interface Tree {
  readonly input: EmitInput;
  readonly files: readonly EmittedFile[];
}

/** What the product's own templates give for a spec. */
export function emittedTree(target: Target, spec: Spec = exampleSpec()): Tree {
  const plan = buildPlan({ spec, sets: [] });
  const { factor, ...small } = smallPlan(spec, plan, laptop, (each) => buildPlan({ spec: each, sets: [] }));
  const scale = { name: laptop.name, factor };
  const ofSmall: EmitInput = { target, ...small, scale, made: madeTexts(small.plan, small.spec) };
  const input: EmitInput =
    target === 'kubernetes' ? { target, plan, spec, made: madeTexts(plan, spec), small: ofSmall } : ofSmall;
  return { input, files: renderTarget(input, readTemplates(`${repository}templates`, target)) };
}

export async function resultsOf({ input, files }: Tree, engines = false): Promise<CheckResult[]> {
  return runChecks(files, { ...input, schemas, engines });
}

export async function faultsOf(tree: Tree): Promise<Fault[]> {
  return (await resultsOf(tree)).flatMap(({ faults }) => faults);
}

/** The tree with one text in one file replaced, as an edit would. Throws where the file does not contain it. */
export function edited(tree: Tree, path: string, from: string | RegExp, to: string): Tree {
  let found = false;
  const files = tree.files.map((file) => {
    if (file.path !== path) return file;
    const text = file.text.replace(from, to);
    found ||= text !== file.text;
    return { path, text, reads: file.reads };
  });
  if (!found) throw new Error(`${path} does not contain ${String(from)}`);
  return { ...tree, files };
}

export const brief = ({ check, path, line, message }: Fault) => `${path}:${line} ${check}: ${message}`;
