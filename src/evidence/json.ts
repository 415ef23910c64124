import { isMap, isScalar, isSeq, LineCounter, parseDocument, type YAMLMap } from 'yaml';
import { InvalidInput, type Problem } from '../problems/problem.ts';
import { readColumns } from './columns.ts';
import { emptyFile, type RawLog } from './csv.ts';
import type { Field, IncidentField, RawIncident } from './types.ts';

interface Reader {
  readonly file: string;
  readonly lines: LineCounter;
  readonly problems: Problem[];
  readonly ignored: Set<string>;
}

/**
 * Reads a JSON array of incidents, or an object with such an array as `incidents`. The YAML parser, of which JSON is a
 * part, knows the place of each value. Throws InvalidInput for an empty file, broken JSON, or another kind of document.
 */
export function readJson(text: string, file: string): RawLog {
  if (text.trim() === '') throw new InvalidInput([emptyFile(file)]);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, schema: 'json' });
  requireJson(text, file, document.errors[0]?.linePos?.[0]);
  const root = document.contents;
  const list = isMap(root) ? root.get('incidents', true) : root;
  if (!isSeq(list)) {
    throw new InvalidInput([
      {
        code: 'bad-file',
        file,
        line: 1,
        column: 1,
        message: 'the JSON file holds no list of incidents',
        advice: 'write an array of incidents, or an object with an array `incidents`',
      },
    ]);
  }
  const reader: Reader = { file, lines, problems: [], ignored: new Set() };
  const rows: RawIncident[] = [];
  for (const item of list.items) {
    const place = placeOf(reader, item);
    if (isMap(item)) rows.push({ place, fields: fieldsOf(reader, item, place) });
    else reader.problems.push(wrongType(file, place, 'an incident must be an object'));
  }
  return { rows, ignored: [...reader.ignored], problems: reader.problems };
}

function requireJson(text: string, file: string, place: { line: number; col: number } | undefined): void {
  try {
    JSON.parse(text);
  } catch (error) {
    const position = /position (\d+)/.exec((error as Error).message)?.[1];
    const before = text.slice(0, Number(position ?? 0)).split('\n');
    const line = place?.line ?? before.length;
    const column = place?.col ?? (before.at(-1)?.length ?? 0) + 1;
    throw new InvalidInput([
      {
        code: 'bad-file',
        file,
        line,
        column,
        message: 'the file is not valid JSON',
        advice: 'check commas, quotes and brackets here and just before',
      },
    ]);
  }
}

function fieldsOf(
  reader: Reader,
  item: YAMLMap,
  place: { line: number; column: number },
): Partial<Record<IncidentField, Field>> {
  const names = item.items.map(({ key }) => ({ text: String(key), ...placeOf(reader, key) }));
  const columns = readColumns(names.length === 0 ? [{ text: '', ...place }] : names, reader.file);
  reader.problems.push(...columns.problems);
  for (const name of columns.ignored) reader.ignored.add(name);
  const fields: Partial<Record<IncidentField, Field>> = {};
  item.items.forEach(({ value }, i) => {
    const field = columns.fields[i];
    if (field === undefined) return;
    const at = placeOf(reader, value);
    const scalar = isScalar(value) ? value.value : undefined;
    const text = scalar === null ? '' : scalar;
    const fits = typeof text === 'string' || (field === 'share' && typeof text === 'number');
    if (fits) fields[field] = { text: String(text), ...at };
    else reader.problems.push(wrongType(reader.file, at, `\`${field}\` must be a text`));
  });
  return fields;
}

function placeOf(reader: Reader, node: unknown): { line: number; column: number } {
  const range = (node as { range?: readonly [number, number, number] | null } | null)?.range;
  const { line, col } = reader.lines.linePos(range?.[0] ?? 0);
  return { line, column: col };
}

function wrongType(file: string, place: { line: number; column: number }, message: string): Problem {
  const advice = 'write each incident as {"start": "...", "end": "...", "component": "..."}';
  return { code: 'wrong-type', file, ...place, message, advice };
}
