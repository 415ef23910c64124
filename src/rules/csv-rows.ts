import { parse } from 'csv-parse/sync';
import { InvalidInput, type Problem } from '../problems/problem.ts';

/** A line of a CSV file that is not blank. */
export interface CsvRow {
  readonly line: number;
  readonly fields: readonly string[];
}

/**
 * Rows of a CSV file, fields trimmed. Throws InvalidInput for broken quoting.
 *
 * Files without quotes are split here: a month at 15 s has 172,800 lines, of which csv-parse makes records in a third of a
 * second, longer than everything that is done with them.
 */
export function csvRows(text: string, file: string): CsvRow[] {
  return text.includes('"') ? parsed(text, file) : split(text);
}

function split(text: string): CsvRow[] {
  const rows: CsvRow[] = [];
  let line = 0;
  for (let from = text.charCodeAt(0) === 0xfeff ? 1 : 0; from < text.length; ) {
    const newline = text.indexOf('\n', from);
    const end = newline === -1 ? text.length : newline;
    line += 1;
    const content = text.slice(from, end).trim();
    if (content !== '') rows.push({ line, fields: content.split(',') });
    from = end + 1;
  }
  return rows;
}

interface ParsedRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

function parsed(text: string, file: string): CsvRow[] {
  try {
    const records = parse(text, {
      bom: true,
      info: true,
      trim: true,
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as readonly ParsedRecord[];
    return records.map(({ record, info }) => ({ line: info.lines, fields: record }));
  } catch (error) {
    const { lines, message } = error as { lines?: number; message: string };
    throw new InvalidInput([
      {
        code: 'bad-file',
        file,
        line: lines ?? 1,
        message: `not valid CSV: ${message.split(':')[0]?.toLowerCase()}`,
        advice: 'put quotes around whole fields, and double a quote inside of one',
      },
    ]);
  }
}

/** Problems are shown up to this many; a file that is wrong throughout says nothing more with a hundred thousand. */
const shownProblems = 20;

/** Collects what is wrong with the lines of one file, and throws it all at once. */
export interface LineProblems {
  readonly add: (line: number, code: Problem['code'], message: string, advice: string) => void;
  /** Throws InvalidInput if there is anything. */
  readonly check: () => void;
}

/** A collection of problems for a file. */
export function lineProblems(file: string): LineProblems {
  const problems: Problem[] = [];
  let more = 0;
  return {
    add: (line, code, message, advice) => {
      if (problems.length < shownProblems) problems.push({ code, file, line, message, advice });
      else more += 1;
    },
    check: () => {
      if (problems.length === 0) return;
      const rest: Problem = {
        code: 'bad-file',
        file,
        // Behind all others, which have lines.
        line: Number.MAX_SAFE_INTEGER,
        message: `${more} more problems of this file are not shown`,
        advice: 'mend the ones above first',
      };
      throw new InvalidInput(more === 0 ? problems : [...problems, rest]);
    },
  };
}

/**
 * Positions of named columns in a header, case and spaces aside. Throws InvalidInput for a name that is missing or there
 * twice; other columns are left alone.
 */
export function columnsOf<Name extends string>(
  header: CsvRow | undefined,
  names: readonly Name[],
  file: string,
): Record<Name, number> {
  const problems = lineProblems(file);
  const advice = `begin the file with the line ${names.join(',')}`;
  if (header === undefined) {
    problems.add(1, 'bad-file', 'the file is empty', advice);
    problems.check();
  }
  const found = (header?.fields ?? []).map((field) => field.trim().toLowerCase());
  const positions = {} as Record<Name, number>;
  for (const name of names) {
    positions[name] = found.indexOf(name);
    if (positions[name] === -1)
      problems.add(header?.line ?? 1, 'missing-key', `the column \`${name}\` is missing`, advice);
    else if (found.lastIndexOf(name) !== positions[name]) {
      problems.add(
        header?.line ?? 1,
        'duplicate-name',
        `the column \`${name}\` is there twice`,
        'keep one of them',
      );
    }
  }
  problems.check();
  return positions;
}
