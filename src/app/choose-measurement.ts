import { readdirSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Measurement } from '../measurement/types.ts';
import { InvalidInput } from '../problems/problem.ts';
import type { Spec } from '../spec/types.ts';
import type { FoundSpec } from './find-spec.ts';
import { readInput } from './read-input.ts';

/** What `--measurement` or the spec says to plan from the published figure instead of a measurement. */
const citedWord = 'cited';

/** Files beside the spec that are taken for measurements. */
const measurementName = /^headroom-measurement.*\.json$/;

export interface MeasurementQuery {
  readonly cwd: string;
  /** `--measurement`: a file, or `cited`. */
  readonly asked?: string | undefined;
  readonly allowIncomplete: boolean;
}

/** The measurement to plan from, or none where the cited figure is to be used; `because` says why this one. */
export interface ChosenMeasurement {
  readonly measurement?: { readonly file: string; readonly data: Measurement };
  readonly because: string;
}

/**
 * Chooses the measurement: `--measurement`, else the one that the spec names (a file, or `cited`), else the newest one
 * beside the spec (beside the caller for the built-in example), else none. Throws `InvalidInput` where it cannot be read,
 * or is incomplete and that was not allowed.
 */
export async function chooseMeasurement(
  query: MeasurementQuery,
  spec: Spec,
  found: FoundSpec,
): Promise<ChosenMeasurement> {
  if (query.asked === citedWord) return { because: `--measurement ${citedWord}` };
  if (query.asked !== undefined)
    return open(query, resolve(query.cwd, query.asked), query.asked, '--measurement');
  const home = found.kind === 'file' ? dirname(found.path) : query.cwd;
  if (spec.measurement) return namedBySpec(query, spec.measurement, home);
  const newest = newestIn(home);
  if (newest === undefined) return { because: 'no measurement here; headroom bench makes one' };
  return open(
    query,
    join(home, newest),
    newest,
    found.kind === 'file' ? 'newest beside the spec' : 'newest here',
  );
}

async function namedBySpec(
  query: MeasurementQuery,
  { value, origin }: NonNullable<Spec['measurement']>,
  home: string,
): Promise<ChosenMeasurement> {
  const because = 'named by the spec';
  if (value === citedWord) return { because };
  const path = isAbsolute(value) ? value : join(home, value);
  try {
    readInput(path, value);
  } catch (error) {
    // That there is no such file is wrong in the spec; what is wrong inside the file is told at its own lines.
    if (!(error instanceof InvalidInput) || origin.kind !== 'given' || !('file' in origin)) throw error;
    const { file, line, column } = origin;
    const advice = 'name a measurement relative to this file, or `cited` for the published figure';
    throw new InvalidInput(
      error.problems.map(({ code, message }) => {
        return { code, file, line, column, message: `the measurement \`${value}\`: ${message}`, advice };
      }),
    );
  }
  return open(query, path, value, because);
}

async function open(
  query: MeasurementQuery,
  path: string,
  shown: string,
  because: string,
): Promise<ChosenMeasurement> {
  const { readMeasurement } = await import('../measurement/read.ts');
  const data = readMeasurement(readInput(path, shown).toString('utf8'), shown);
  if (!data.complete && !query.allowIncomplete) throw new InvalidInput([incomplete(shown)]);
  return { measurement: { file: shown, data }, because };
}

function incomplete(file: string) {
  return {
    code: 'bad-file',
    file,
    message: 'the measurement was interrupted and is incomplete',
    advice: 'run headroom bench again, or plan from what there is with --allow-incomplete',
  } as const;
}

/** By the time of the run, which survives a copy or a checkout, unlike the time of the file. */
function newestIn(folder: string): string | undefined {
  const names = readdirSync(folder).filter((name) => measurementName.test(name));
  if (names.length < 2) return names[0];
  const runs = names.map((name) => ({ name, run: runOf(join(folder, name)) }));
  return runs.sort((a, b) => (a.run < b.run ? 1 : -1))[0]?.name;
}

function runOf(path: string): string {
  try {
    const { run } = JSON.parse(readInput(path, path).toString('utf8')) as { run?: unknown };
    return typeof run === 'string' ? run : '';
  } catch {
    // A broken file is the oldest: it is read, and complained about, only when there is no other.
    return '';
  }
}
