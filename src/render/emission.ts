import type { Change, ChangeKind } from '../emit/changes.ts';
import type { CheckResult } from '../emit/checks.ts';
import type { Emission } from '../emit/emission.ts';
import type { Page } from './palette.ts';
import { wrap } from './wrap.ts';

interface View {
  readonly out: string;
  readonly json: boolean;
  /** Edits are accepted. */
  readonly keepEdited: boolean;
  readonly page: Page;
}

const words: Readonly<Record<ChangeKind, string>> = {
  create: 'new',
  update: 'changed',
  unchanged: 'unchanged',
  conflict: 'edited by hand',
  stale: 'no longer made',
  staleEdited: 'no longer made, and edited by hand',
};

/** The emission as text or JSON. */
export function renderEmission(emission: Emission, view: View): string {
  if (view.json) return JSON.stringify(jsonOf(emission), null, 2);
  if (emission.difference !== undefined) return emission.difference;
  const { page } = view;
  const blocks = [
    changeLines(emission.changes, page),
    checkLines(emission.checks, page),
    verdict(emission, view),
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

/** Whether the folder holds exactly what the plan says; with `keepEdited`, beside what was edited. */
export function isClean(changes: readonly Change[], keepEdited: boolean): boolean {
  const fine = keepEdited ? ['unchanged', 'conflict', 'staleEdited'] : ['unchanged'];
  return changes.every(({ kind }) => fine.includes(kind));
}

function changeLines(changes: readonly Change[], { palette }: Page): string[] {
  const paint: Readonly<Record<ChangeKind, (text: string) => string>> = {
    create: palette.green,
    update: palette.cyan,
    unchanged: palette.dim,
    conflict: palette.red,
    stale: palette.yellow,
    staleEdited: palette.yellow,
  };
  const same = changes.filter(({ kind }) => kind === 'unchanged').length;
  const lines = changes
    .filter(({ kind }) => kind !== 'unchanged')
    .map(({ path, kind }) => `${path}  ${paint[kind](words[kind])}`);
  return same === 0 ? lines : [...lines, palette.dim(`${same} unchanged`)];
}

function checkLines(checks: readonly CheckResult[], page: Page): string[] {
  const { palette, width } = page;
  const ran = checks.filter(({ skipped }) => skipped === undefined);
  const skipped = checks.flatMap(({ check, skipped: why }) =>
    why === undefined ? [] : [`not checked: ${check} (${why})`],
  );
  const names = ran.map(({ check, files }) => `${check} (${files})`).join(', ');
  return [
    ...(ran.length === 0 ? [] : wrap(`checked: ${names}`, width)),
    ...skipped.flatMap((line) => wrap(line, width).map(palette.yellow)),
  ];
}

function verdict({ conflicts, missed, wrote, changes, halfWritten }: Emission, view: View): string[] {
  const { out, keepEdited, page } = view;
  const { palette, width } = page;
  if (halfWritten) {
    return [
      palette.red(`An interrupted run left ${out} half written: some files are old and some are new.`),
      ...wrap('→ run emit again without --check, --diff and --dry-run: it completes that first', width),
    ];
  }
  if (missed.length > 0) {
    const list = missed.map((each) => `  ${each}`);
    const advice =
      'mend the plan, or emit it all the same with --force objectives, which every header then says';
    return [
      palette.red('Nothing written: the plan misses its objectives.'),
      ...list,
      ...wrap(`→ ${advice}`, width),
    ];
  }
  if (conflicts.length > 0) {
    const advice = 'look with --diff; --keep-edited writes the others, --force FILE takes ours';
    return [
      palette.red(
        `Nothing written: ${conflicts.length === 1 ? 'a file was' : `${conflicts.length} files were`} edited by hand.`,
      ),
      ...conflicts.map((path) => `  ${path}`),
      ...wrap(`→ ${advice}`, width),
    ];
  }
  if (isClean(changes, keepEdited)) {
    return [`${out} is what the plan says${isClean(changes, false) ? '' : ', beside what was edited'}.`];
  }
  const count = changes.filter(({ kind }) => kind === 'create' || kind === 'update').length;
  return [`${wrote ? 'wrote' : 'would write'} ${count} ${count === 1 ? 'file' : 'files'} in ${out}`];
}

function jsonOf({ changes, checks, conflicts, missed, wrote, halfWritten, difference }: Emission) {
  return {
    schema: 'headroom/emission/v1',
    wrote,
    halfWritten,
    changes: changes.map(({ path, kind }) => ({ path, kind })),
    conflicts,
    missed,
    checks,
    ...(difference === undefined ? {} : { difference }),
  };
}
