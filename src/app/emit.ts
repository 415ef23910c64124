import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Change, changesOf } from '../emit/changes.ts';
import type { CheckResult } from '../emit/checks.ts';
import { differenceOf } from '../emit/difference.ts';
import { type Lock, lockName, readLock } from '../emit/lock.ts';
import type { EmitInput, EmittedFile, Scale, Target } from '../emit/types.ts';
import { recover, writeTree } from '../emit/write-tree.ts';
import type { PlanInput } from '../plan/build.ts';
import type { Plan } from '../plan/types.ts';
import { InvalidInput, type Problem } from '../problems/problem.ts';
import type { Spec } from '../spec/types.ts';
import { installed } from './installed.ts';
import { makePlan, type PlanRequest } from './plan.ts';

/** What `--force` takes beside paths. */
const objectivesWord = 'objectives';

export interface EmitRequest extends PlanRequest {
  readonly target: Target;
  readonly out: string;
  /** `--templates`: the user's own, which replace those of the product file by file. */
  readonly templates?: string | undefined;
  /** What the scaled targets run on; a laptop, or for `local` this machine, where nothing is said. */
  readonly machine?: { readonly cores: number; readonly memoryBytes: number };
  /** Only look: nothing is written. */
  readonly look: boolean;
  /** Ask the engines that are on the PATH about their files too. */
  readonly engines: boolean;
  /** Also give the unified difference. */
  readonly diff: boolean;
  readonly keepEdited: boolean;
  /** Edited files that are overwritten, by path below `out`; or `objectives`, to emit a plan that misses them. */
  readonly force: readonly string[];
  readonly prune: boolean;
}

export interface EmitResponse {
  readonly chosen: readonly string[];
  readonly changes: readonly Change[];
  readonly checks: readonly CheckResult[];
  /** Edited files because of which nothing was written. */
  readonly conflicts: readonly string[];
  /** Objectives that the plan misses, because of which nothing was written. */
  readonly missed: readonly string[];
  readonly wrote: boolean;
  /** Where it was asked for. */
  readonly difference?: string;
  /** A run that was killed had left its work half done, and it was completed. */
  readonly recovered: boolean;
}

/** Renders the plan for a target, checks what came out, and writes it. Throws `InvalidInput`. */
export async function emit(request: EmitRequest): Promise<EmitResponse> {
  const { input, chosen, missed } = await inputOf(request);
  const files = await render(input, request);
  const { runChecks } = await import('../emit/run-checks.ts');
  const checks = await runChecks(files, {
    ...input,
    schemas: installed('schemas'),
    engines: request.engines,
  });
  refuseFaults(checks);
  const folder = resolve(request.cwd, request.out);
  const recovered = !request.look && existsSync(folder) && recover(folder);
  const lock = lockOf(folder, request);
  const changes = changesOf(folder, files, lock);
  const conflicts = unsettled(changes, request);
  const refused = missed.length > 0 && !request.force.includes(objectivesWord) ? missed : [];
  const wrote = !request.look && conflicts.length === 0 && refused.length === 0;
  if (wrote) write(folder, changes, lock, request);
  return {
    ...{ chosen, changes, checks, conflicts, missed: refused, wrote, recovered },
    ...(request.diff ? { difference: changes.map(differenceOf).join('') } : {}),
  };
}

async function inputOf(request: EmitRequest) {
  const { plan, spec, chosen, measurement } = await makePlan(request);
  const missed = plan.findings.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  const { madeTexts } = await import('../emit/made-texts.ts');
  const warning = missed.length > 0 ? { warning: missed.join('; ') } : {};
  const base = { target: request.target, ...warning };
  const { small, scale } = await scaled(request, plan, spec, measurement);
  const ofSmall: EmitInput = {
    ...base,
    ...small,
    scale,
    made: madeTexts(small.plan, small.spec, request.target !== 'kubernetes'),
  };
  if (request.target !== 'kubernetes') return { input: ofSmall, chosen, missed };
  const input: EmitInput = { ...base, plan, spec, made: madeTexts(plan, spec), small: ofSmall };
  return { input, chosen, missed };
}

/** The plan for the machine that the target runs on; for Kubernetes, the overlay that fits a laptop. */
async function scaled(
  { target, sets, machine }: EmitRequest,
  plan: Plan,
  spec: Spec,
  measurement: PlanInput['measurement'],
): Promise<{ small: { plan: Plan; spec: Spec }; scale: Scale }> {
  const { laptop, scaledInputs, sizeOf, smallPlan, thisMachine } = await import('../plan/scale.ts');
  const { buildPlan } = await import('../plan/build.ts');
  const size =
    machine === undefined
      ? target === 'local'
        ? thisMachine()
        : laptop
      : sizeOf('a machine', machine.cores, machine.memoryBytes);
  const kept = sets.filter(({ name }) => !scaledInputs.has(name));
  const { factor, ...small } = smallPlan(spec, plan, size, (each) =>
    buildPlan({ spec: each, sets: kept, ...(measurement ? { measurement } : {}) }),
  );
  return { small, scale: { name: size.name, factor } };
}

async function render(input: EmitInput, { target, templates, cwd }: EmitRequest): Promise<EmittedFile[]> {
  const { readTemplates } = await import('../emit/read-templates.ts');
  const { renderTarget } = await import('../emit/render-target.ts');
  const own = templates === undefined ? undefined : { folder: resolve(cwd, templates), shown: templates };
  return renderTarget(input, readTemplates(installed('templates'), target, own));
}

function refuseFaults(checks: readonly CheckResult[]): void {
  const problems: Problem[] = checks.flatMap(({ faults }) =>
    faults.map(({ check, path, line, message, advice }) => ({
      code: 'bad-template',
      file: path,
      ...(line === undefined ? {} : { line, column: 1 }),
      message: `${message} (${check})`,
      advice,
    })),
  );
  if (problems.length > 0) throw new InvalidInput(problems);
}

function lockOf(folder: string, { out, target }: EmitRequest): Lock | undefined {
  const lock = readLock(folder);
  if (lock !== undefined && lock.target !== target) {
    throw unusable(out, `${out} holds what was emitted for ${lock.target}`, 'give another folder with --out');
  }
  if (lock === undefined && existsSync(folder) && readdirSync(folder).length > 0) {
    const advice = `give a new or empty folder with --out; a folder of headroom's has ${lockName}`;
    throw unusable(out, `${out} is not empty and was not emitted by headroom`, advice);
  }
  return lock;
}

function unsettled(changes: readonly Change[], { keepEdited, force, out }: EmitRequest): string[] {
  const conflicts = changes.filter(({ kind }) => kind === 'conflict').map(({ path }) => path);
  const unknown = force.find(
    (path) => path !== objectivesWord && !changes.some((change) => change.path === path),
  );
  if (unknown !== undefined) {
    throw unusable(out, `--force ${unknown}: no such file is emitted`, 'give paths as --dry-run prints them');
  }
  return keepEdited ? [] : conflicts.filter((path) => !force.includes(path));
}

function write(
  folder: string,
  changes: readonly Change[],
  lock: Lock | undefined,
  request: EmitRequest,
): void {
  try {
    mkdirSync(folder, { recursive: true });
    writeTree(folder, changes, lock, {
      target: request.target,
      take: new Set(request.force),
      prune: request.prune,
    });
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code;
    if (reason === undefined) throw error;
    throw unusable(
      request.out,
      `cannot write below ${request.out} (${reason})`,
      'give a folder that is writable',
    );
  }
}

function unusable(file: string, message: string, advice: string): InvalidInput {
  return new InvalidInput([{ code: 'bad-file', file, message, advice }]);
}
