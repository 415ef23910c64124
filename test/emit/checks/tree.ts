import { fileURLToPath } from 'node:url';
import type { CheckResult, Fault } from '../../../src/emit/checks.ts';
import { madeTexts } from '../../../src/emit/made-texts.ts';
import { readTemplates } from '../../../src/emit/read-templates.ts';
import { renderTarget } from '../../../src/emit/render-target.ts';
import { runChecks } from '../../../src/emit/run-checks.ts';
import type { EmitInput, EmittedFile, Target } from '../../../src/emit/types.ts';
import { buildPlan, plannerOf } from '../../../src/plan/build.ts';
import { laptop, sizeFor, smallPlan } from '../../../src/plan/scale.ts';
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
  // The same on every machine.
  const size = target === 'local' ? laptop : sizeFor(target);
  const { factor, ...small } = smallPlan(spec, plan, size, plannerOf({ sets: [] }));
  const scale = { ...size, factor };
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

/** A mistake that is put into a tree, and what has to be said about it. */
export interface Planted {
  /** What was done: the text of the file that changes. */
  readonly edit: readonly [path: string, from: string | RegExp, to: string];
  /** What is found, after the name of the check. */
  readonly says: RegExp;
  /** The file that is named, where it is another one than that was changed. */
  readonly path?: string;
  /** The line that is named. */
  readonly line: RegExp;
}

/** The faults of a tree with a mistake, and whether one of them says it, where it is, and how to mend it. */
export async function foundIn(tree: Tree, { edit, says, path = edit[0], line }: Planted) {
  const changed = edited(tree, ...edit);
  const faults = await faultsOf(changed);
  const lineOf = (fault: Fault) =>
    changed.files.find((file) => file.path === fault.path)?.text.split('\n')[(fault.line ?? 0) - 1] ?? '';
  const found = faults.some(
    (fault) =>
      says.test(`${fault.check}: ${fault.message}`) &&
      fault.path === path &&
      line.test(lineOf(fault)) &&
      fault.advice.length > 10,
  );
  return { found, all: faults.map((fault) => `${brief(fault)} [${lineOf(fault).trim()}] ${fault.advice}`) };
}

/** What is said about files of one's own, as they are, in place of those of the product. */
export async function saidOf({ input }: Tree, files: Readonly<Record<string, string>>): Promise<string[]> {
  const own = Object.entries(files).map(([path, text]) => ({ path, text, reads: [] }));
  return (await faultsOf({ input, files: own })).map(({ check, message }) => `${check}: ${message}`);
}
