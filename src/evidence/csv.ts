import { parse } from 'csv-parse/sync';
import { InvalidInput, type Problem } from '../problems/problem.ts';
import { readColumns } from './columns.ts';
import type { Field, IncidentField, RawIncident } from './types.ts';

/** What a file holds before its values are checked. */
export interface RawLog {
  readonly rows: readonly RawIncident[];
  readonly ignored: readonly string[];
  readonly problems: readonly Problem[];
}

/** What csv-parse gives with `raw`, which its types do not tell. */
interface ParsedRecord {
  readonly record: readonly string[];
  /** The text of the record with its last line end. */
  readonly raw: string;
}

/**
 * Splits a CSV file with a header line into rows whose fields know their place. Quoted fields may span lines.
 * Throws InvalidInput for a file without header, with broken quoting, or without the needed columns.
 */
export function readCsv(text: string, file: string): RawLog {
  const [header, ...records] = split(text, file);
  if (header === undefined) throw new InvalidInput([emptyFile(file)]);
  const columns = readColumns(header, file);
  // Rows cannot be read without knowing which column is which.
  if (columns.problems.length > 0) throw new InvalidInput(columns.problems);
  const problems: Problem[] = [];
  const rows: RawIncident[] = [];
  for (const record of records) {
    const first = record[0] as Field;
    const place = { line: first.line, column: first.column };
    if (record.length !== header.length) {
      problems.push({
        code: 'bad-file',
        file,
        ...place,
        message: `the row has ${record.length} fields where the header has ${header.length}`,
        advice: 'give each row one field for each column, and quote fields that contain a comma',
      });
      continue;
    }
    const fields: Partial<Record<IncidentField, Field>> = {};
    columns.fields.forEach((field, i) => {
      if (field !== undefined) fields[field] = record[i] as Field;
    });
    rows.push({ place, fields });
  }
  return { rows, ignored: columns.ignored, problems };
}

/** The problem of a file that says nothing. */
export function emptyFile(file: string): Problem {
  return {
    code: 'bad-file',
    file,
    line: 1,
    column: 1,
    message: 'the incident file is empty',
    advice: 'a log without incidents still needs its header line: start,end,component,domain,cause,share',
  };
}

function split(text: string, file: string): Field[][] {
  const unix = text.replace(/\r\n?/g, '\n');
  try {
    const parsed = parse(unix, { raw: true, bom: true, relax_column_count: true });
    let line = 1;
    const placedRecords = (parsed as unknown as readonly ParsedRecord[]).map(({ record, raw }) => {
      const fields = placed(record, raw, line);
      line += raw.match(/\n/g)?.length ?? 0;
      return fields;
    });
    return placedRecords.filter((fields) => fields.some((field) => field.text !== ''));
  } catch (error) {
    const { lines, message } = error as { lines?: number; message: string };
    const advice = 'put quotes around whole fields, and double a quote inside of one';
    const reason = message.split(':')[0]?.toLowerCase() ?? 'unreadable';
    throw new InvalidInput([
      { code: 'bad-file', file, line: lines ?? 1, column: 1, message: `not valid CSV: ${reason}`, advice },
    ]);
  }
}

/** Fields with line and column, found by walking the raw text of the record past its quotes. */
function placed(record: readonly string[], body: string, firstLine: number): Field[] {
  let line = firstLine;
  let column = 1;
  let offset = 0;
  return record.map((value) => {
    const text = value.trim();
    const field = { text, line, column: column + leadingSpaces(body, offset) };
    let quoted = false;
    for (; offset < body.length && (quoted || body[offset] !== ','); offset += 1) {
      if (body[offset] === '"') quoted = !quoted;
      const newline = body[offset] === '\n';
      line += newline ? 1 : 0;
      column = newline ? 1 : column + 1;
    }
    offset += 1;
    column += 1;
    return field;
  });
}

function leadingSpaces(text: string, offset: number): number {
  let spaces = 0;
  while (text[offset + spaces] === ' ') spaces += 1;
  return spaces;
}
