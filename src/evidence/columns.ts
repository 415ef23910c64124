import { distance } from 'fastest-levenshtein';
import type { Problem } from '../problems/problem.ts';
import { type Field, type IncidentField, incidentFields } from './types.ts';

const required: readonly IncidentField[] = ['start', 'end', 'component'];

/** Other spellings that mean a field, in plain letters. */
const aliases: Readonly<Record<string, IncidentField>> = { affectedshare: 'share' };

/** What the names of a file's columns (or keys) mean, and what is wrong with them. */
export interface ColumnReading {
  /** The field of each name, by position; undefined for a name that says nothing to headroom. */
  readonly fields: readonly (IncidentField | undefined)[];
  readonly ignored: readonly string[];
  readonly problems: readonly Problem[];
}

/**
 * Finds the incident fields among named columns. Case, spaces and underscores do not count. A name one or two letters
 * from a field that is not there is taken for a slip and refused, since ignoring it would drop data.
 */
export function readColumns(names: readonly Field[], file: string): ColumnReading {
  const fields = names.map((name) => fieldOf(name.text));
  const problems: Problem[] = [];
  const slips = new Set<IncidentField>();
  names.forEach((name, i) => {
    const field = fields[i];
    if (field !== undefined) {
      if (fields.indexOf(field) < i) problems.push(duplicate(name, field, file));
      return;
    }
    const meant = incidentFields.find((each) => !fields.includes(each) && isSlip(name.text, each));
    if (meant === undefined) return;
    slips.add(meant);
    problems.push({
      code: 'unknown-key',
      ...at(name, file),
      message: `no incident has a column \`${name.text}\``,
      advice: `did you mean \`${meant}\`?`,
    });
  });
  const place = names[0] ?? { line: 1, column: 1 };
  for (const field of required) {
    if (fields.includes(field) || slips.has(field)) continue;
    problems.push({
      code: 'missing-key',
      ...at(place, file),
      message: `the column \`${field}\` is missing`,
      advice: 'the columns are start, end, component, and where known domain, cause and share',
    });
  }
  const ignored = names.filter((_, i) => fields[i] === undefined).map((name) => name.text);
  return { fields, ignored, problems };
}

function fieldOf(name: string): IncidentField | undefined {
  const letters = plain(name);
  return incidentFields.find((field) => field === letters) ?? aliases[letters];
}

function isSlip(name: string, field: IncidentField): boolean {
  return distance(plain(name), field) <= (field.length > 5 ? 2 : 1);
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function duplicate(name: Field, field: IncidentField, file: string): Problem {
  return {
    code: 'duplicate-name',
    ...at(name, file),
    message: `the column \`${field}\` is there twice`,
    advice: 'keep one of them',
  };
}

function at(place: { line: number; column: number }, file: string) {
  return { file, line: place.line, column: place.column };
}
