import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Change, changesOf } from '../emit/changes.ts';
import type { CheckResult } from '../emit/checks.ts';
import { differenceOf } from '../emit/difference.ts';
import type { Emission } from '../emit/emission.ts';
import { type Lock, lockName, readLock } from '../emit/lock.ts';
import { type OwnTemplates, readTemplates } from '../emit/read-templates.ts';
import { requireNames } from '../emit/require-names.ts';
import type { EmitInput, EmittedFile, Scale, Target } from '../emit/types.ts';
import { isHalfWritten, leftBehind, recover, writeTree } from '../emit/write-tree.ts';
import type { PlanInput } from '../plan/build.ts';
import type { Plan } from '../plan/types.ts';
import { InvalidInput, type Problem } from '../problems/problem.ts';
import type { Spec } from '../spec/types.ts';
import { installed } from './installed.ts';
import { ownTemplates, templateNotes } from './own-templates.ts';
import { packedTemplates } from './packed-templates.ts';
import { makePlan, type PlanRequest } from './plan.ts';

/** What `--force` takes beside paths. */
const objectivesWord = 'objectives';

export interface EmitRequest extends PlanRequest {
  readonly target: Target;
  readonly out: string;
  /** `--templates`: the user's own, which replace those of the product file by file; else `templates` beside the spec. */
  readonly templates?: string | undefined;
  /** What the scaled targets run on; `sizeFor` says which, where nothing is said. */
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

export interface EmitResponse extends Emission {
  readonly chosen: readonly string[];
  /** What else was done or not done, one line each. */
  readonly notes: readonly string[];
}

/** Renders the plan for a target, checks what came out, and writes it. Throws `InvalidInput`. */
export async function emit(request: EmitRequest): Promise<EmitResponse> {
  const { input, chosen: planned, missed } = await inputOf(request);
  const own = ownTemplates(request);
  const files = await render(input, request, own);
  const chosen = [...planned, ...(own === undefined ? [] : templateNotes(own, request.target))];
  const { runChecks } = await import('../emit/run-checks.ts');
  const checks = await runChecks(files, {
    ...input,
    schemas: installed('schemas'),
    engines: request.engines,
  });
  refuseFaults(checks);
  const folder = resolve(request.cwd, request.out);
  const halfWritten = isHalfWritten(folder);
  if (halfWritten && request.look) {
    const nothing = { changes: [], conflicts: [], missed: [], notes: [], wrote: false };
    return { chosen, checks, halfWritten, ...nothing };
  }
  if (!request.look && existsSync(folder)) writing(request, () => recover(folder));
  const { lock, changes } = reading(request, () => {
    const known = lockOf(folder, request);
    return { lock: known, changes: changesOf(folder, files, known) };
  });
  const notes = [
    ...(halfWritten ? [`an earlier run was killed while it wrote ${request.out}: completed first`] : []),
    ...forceNotes(changes, request),
    ...editedNotes(changes, request),
  ];
  const conflicts = unsettled(changes, request);
  const refused = missed.length > 0 && !request.force.includes(objectivesWord) ? missed : [];
  const wrote = !request.look && conflicts.length === 0 && refused.length === 0;
  if (wrote) write(folder, changes, lock, request);
  return {
    ...{ chosen, notes, changes, checks, conflicts, missed: refused, wrote, halfWritten: false },
    ...(request.diff ? { difference: changes.map(differenceOf).join('') } : {}),
  };
}

async function inputOf(request: EmitRequest) {
  const { plan, spec, chosen, measurement } = await makePlan(request);
  const missed = plan.findings.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  const { withMadeTexts } = await import('../emit/made-texts.ts');
  const warning = missed.length > 0 ? { warning: missed.join('; ') } : {};
  const base = { target: request.target, ...warning };
  const { small, scale } = await scaled(request, plan, spec, measurement);
  const ofSmall = withMadeTexts({ ...base, ...small, scale });
  // The other targets have one region, and nothing is named by it.
  if (request.target !== 'kubernetes') return { input: ofSmall, chosen, missed };
  requireNames(spec);
  const input = withMadeTexts({ ...base, plan, spec, small: ofSmall });
  return { input, chosen, missed };
}

/** The plan for the machine that the target runs on; for Kubernetes, that of the overlay `small`. */
async function scaled(
  { target, sets, machine }: EmitRequest,
  plan: Plan,
  spec: Spec,
  measurement: PlanInput['measurement'],
): Promise<{ small: { plan: Plan; spec: Spec }; scale: Scale }> {
  const { scaledInputs, sizeFor, smallPlan } = await import('../plan/scale.ts');
  const { plannerOf } = await import('../plan/build.ts');
  const size = sizeFor(target, machine);
  const kept = sets.filter(({ name }) => !scaledInputs.has(name));
  const planner = plannerOf({ sets: kept, ...(measurement ? { measurement } : {}) });
  const { factor, fits, ...small } = smallPlan(spec, plan, size, planner);
  if (!fits) {
    const message = `${size.name} is too small: an API server's part of the memory holds no request of the largest payload`;
    throw new InvalidInput([
      { code: 'bad-flag', message, advice: 'plan for a larger one with --cores and --memory' },
    ]);
  }
  return { small, scale: { ...size, factor } };
}

async function render(
  input: EmitInput,
  { target }: EmitRequest,
  own: OwnTemplates | undefined,
): Promise<EmittedFile[]> {
  const { renderTarget } = await import('../emit/render-target.ts');
  return renderTarget(input, readTemplates(installed('templates'), target, own, packedTemplates(target)));
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
  const theirs = () => readdirSync(folder).filter((name) => !leftBehind.has(name));
  if (lock === undefined && existsSync(folder) && theirs().length > 0) {
    const advice = `give a new or empty folder with --out; a folder of headroom's has ${lockName}`;
    throw unusable(out, `${out} is not empty and was not emitted by headroom`, advice);
  }
  return lock;
}

function unsettled(changes: readonly Change[], { keepEdited, force }: EmitRequest): string[] {
  const conflicts = changes.filter(({ kind }) => kind === 'conflict').map(({ path }) => path);
  return keepEdited ? [] : conflicts.filter((path) => !force.includes(path));
}

/** What `--force` names without need. Throws InvalidInput for what it cannot do. */
function forceNotes(changes: readonly Change[], { force, prune, out }: EmitRequest): string[] {
  return force
    .filter((path) => path !== objectivesWord)
    .flatMap((path) => {
      const kind = changes.find((change) => change.path === path)?.kind;
      if (kind === undefined) {
        throw unusable(
          out,
          `--force ${path}: no such file is emitted`,
          'give paths as --dry-run prints them',
        );
      }
      if (kind === 'staleEdited' && !prune) {
        const advice = 'add --prune to remove it, or make it your own with --keep-edited';
        throw unusable(
          out,
          `--force ${path}: it is no longer emitted, so nothing can take its place`,
          advice,
        );
      }
      if (kind === 'conflict' || kind === 'staleEdited') return [];
      return [`--force ${path}: it was not edited, so this changes nothing`];
    });
}

/** What becomes of files that were edited, where that is not all of what is said about them. */
function editedNotes(changes: readonly Change[], { keepEdited, force, look }: EmitRequest): string[] {
  return changes
    .filter(({ path }) => !force.includes(path))
    .flatMap(({ path, kind }) => {
      if (kind === 'conflict') return keepEdited ? [`kept as it was edited: ${path}`] : [];
      if (kind !== 'staleEdited') return [];
      const what = `no longer emitted, and edited: ${path}`;
      if (keepEdited) return [`${what} ${look ? 'would be' : 'is'} your own from now on`];
      return [`${what} stays; --prune --force ${path} removes it, --keep-edited makes it your own`];
    });
}

function write(
  folder: string,
  changes: readonly Change[],
  lock: Lock | undefined,
  request: EmitRequest,
): void {
  const { target, force, prune, keepEdited } = request;
  writing(request, () => {
    mkdirSync(folder, { recursive: true });
    writeTree(folder, changes, lock, { target, take: new Set(force), prune, keepEdited });
  });
}

function writing({ out }: EmitRequest, work: () => void): void {
  const advice = 'make it writable, move away what is in the place of a file, or give another folder';
  withPath(work, (reason) => unusable(out, `cannot write below ${out} (${reason})`, advice));
}

function reading<T>({ out }: EmitRequest, work: () => T): T {
  const advice = 'make it a folder that can be read with all its files, or give another one with --out';
  return withPath(work, (reason) => unusable(out, `cannot read ${out} (${reason})`, advice));
}

/** Work on files, whose errors are told as those of a path. */
function withPath<T>(work: () => T, told: (reason: string) => InvalidInput): T {
  try {
    return work();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw code === undefined ? error : told(message);
  }
}

function unusable(file: string, message: string, advice: string): InvalidInput {
  return new InvalidInput([{ code: 'bad-file', file, message, advice }]);
}
