import { LineCounter, parseDocument } from 'yaml';
import { InvalidInput, type Problem } from '../problems/problem.ts';
import { measurementSchema, measurementVersion } from './schema.ts';
import type { Measurement } from './types.ts';

const measureAgain = 'measure again with `headroom bench`';

/**
 * Reads a measurement file. Whether an incomplete one may be used is the caller's decision. Throws
 * InvalidInput with every problem at its line and column: not JSON, another schema version, missing or wrong
 * values.
 */
export function readMeasurement(text: string, file: string): Measurement {
  const data = parseJson(text, file);
  refuseOtherVersions(data, text, file);
  const result = measurementSchema.safeParse(data);
  if (result.success) return result.data;
  const places = placesOf(text);
  throw new InvalidInput(
    result.error.issues.map((issue): Problem => {
      const path = issue.path.filter((step) => typeof step !== 'symbol');
      const missing = issue.code === 'invalid_type' && valueAt(data, path) === undefined;
      return {
        code: missing ? 'missing-key' : issue.code === 'invalid_type' ? 'wrong-type' : 'out-of-range',
        file,
        ...places(path),
        message: missing ? `${nameOf(path)} is missing` : `${nameOf(path)}: ${issue.message}`,
        advice: measureAgain,
      };
    }),
  );
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const lines = new LineCounter();
    const [error] = parseDocument(text, { lineCounter: lines, prettyErrors: false }).errors;
    const { line, col } = lines.linePos(error?.pos[0] ?? 0);
    throw new InvalidInput([
      {
        code: 'yaml-syntax',
        file,
        ...(error ? { line, column: col } : { line: 1, column: 1 }),
        message: 'the measurement file is not valid JSON',
        advice: `the file is written by headroom and not meant to be edited; ${measureAgain}`,
      },
    ]);
  }
}

function refuseOtherVersions(data: unknown, text: string, file: string): void {
  const found = valueAt(data, ['schema']);
  if (found === measurementVersion) return;
  const isOther = typeof found === 'string' && found.startsWith('headroom/measurement/');
  throw new InvalidInput([
    {
      code: 'bad-file',
      file,
      ...placesOf(text)(['schema']),
      message: isOther
        ? `the measurement has the format ${found}, and this headroom reads ${measurementVersion}`
        : `the file is not a measurement of headroom: its schema is not ${measurementVersion}`,
      advice: isOther ? `use the headroom that wrote it, or ${measureAgain}` : measureAgain,
    },
  ]);
}

function valueAt(data: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null
        ? (value as Record<string | number, unknown>)[step]
        : undefined,
    data,
  );
}

function nameOf(path: readonly (string | number)[]): string {
  return path.length === 0 ? 'the measurement' : path.join('.');
}

/**
 * Finds the place of a path in the text; of a missing key, that of what should hold it. JSON is read as YAML
 * for this.
 */
function placesOf(text: string): (path: readonly (string | number)[]) => { line: number; column: number } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  return (path) => {
    for (let length = path.length; length >= 0; length--) {
      const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      const range = (node as { range?: readonly number[] } | null | undefined)?.range;
      if (range?.[0] !== undefined) {
        const { line, col } = lines.linePos(range[0]);
        return { line, column: col };
      }
    }
    return { line: 1, column: 1 };
  };
}
