import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createRecorder } from '../../src/emit/recorder.ts';
import { createScope, type Scope } from '../../src/emit/scope.ts';
import type { EmitInput } from '../../src/emit/types.ts';
import { buildPlan } from '../../src/plan/build.ts';
import { InvalidInput } from '../../src/problems/problem.ts';
import { exampleSpec } from '../../src/spec/example.ts';

/** The built-in example as the emitter sees it. */
export function exampleInput(changes: Partial<EmitInput> = {}): EmitInput {
  const spec = exampleSpec();
  return { target: 'kubernetes', plan: buildPlan({ spec, sets: [] }), spec, made: [], ...changes };
}

export function exampleScope(recorder = createRecorder(), input = exampleInput()): Scope {
  const [region] = input.spec.regions.value;
  if (region === undefined) throw new Error('the example has no region');
  return createScope(input, region, recorder);
}

/** The first problem of work that refuses its input. */
export function problemOf(work: () => unknown) {
  try {
    work();
  } catch (error) {
    if (error instanceof InvalidInput) return error.problems[0];
    throw error;
  }
  throw new Error('ended without an error');
}

/** A folder that is gone after the test. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-emit-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
