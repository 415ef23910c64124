import { nearest } from '../problems/nearest.ts';
import type { Problem } from '../problems/problem.ts';
import { parseTimestamp, type Timestamp, timestampForm } from './timestamps.ts';
import type { Field, Incident, RawIncident, Window } from './types.ts';

/** What the rows are checked against. */
export interface CheckContext {
  readonly file: string;
  readonly window: Window;
  /** Whether the times of the window carry an offset; those of the file must do the same. */
  readonly zoned: boolean;
  readonly components: readonly string[] | undefined;
}

/** Turns rows into incidents in order of start, and finds everything that is wrong with them. */
export function checkIncidents(
  rows: readonly RawIncident[],
  context: CheckContext,
): { readonly incidents: readonly Incident[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const known = context.components && new Set(context.components);
  const incidents: Incident[] = [];
  for (const row of rows) {
    const before = problems.length;
    const { start, end } = readTimes(row, context, problems);
    const component = readComponent(row, context, known, problems);
    const share = readShare(row, context, problems);
    if (problems.length > before || start === undefined || component === undefined) continue;
    const cause = row.fields.cause?.text;
    incidents.push({
      start: start.seconds,
      ...(end === undefined ? {} : { end: end.seconds }),
      component,
      domain: (row.fields.domain?.text ?? '').split('/').filter((name) => name !== ''),
      ...(cause === undefined || cause === '' ? {} : { cause }),
      share,
      place: row.place,
    });
  }
  const sorted = incidents.sort((a, b) => a.start - b.start || a.place.line - b.place.line);
  problems.push(...overlaps(sorted, context.file));
  return { incidents: sorted, problems };
}

function readTimes(
  row: RawIncident,
  context: CheckContext,
  problems: Problem[],
): { start?: Timestamp | undefined; end?: Timestamp | undefined } {
  const start = readTime(row, 'start', context, problems);
  const open = (row.fields.end?.text ?? '') === '';
  const end = open ? undefined : readTime(row, 'end', context, problems);
  const endField = row.fields.end;
  if (start !== undefined && end !== undefined && endField !== undefined && end.seconds <= start.seconds) {
    const reversed = end.seconds < start.seconds ? 'lies before its start' : 'is its start';
    problems.push({
      ...at('bad-incident', endField, context),
      message: `the end of the incident ${reversed}: \`${endField.text}\``,
      advice: 'an incident lasts from start to a later end; leave the end empty while it is still open',
    });
  }
  return { start, end };
}

function readTime(
  row: RawIncident,
  name: 'start' | 'end',
  context: CheckContext,
  problems: Problem[],
): Timestamp | undefined {
  const field = row.fields[name];
  // A missing key was reported where the names were read.
  if (field === undefined) return undefined;
  const time = parseTimestamp(field.text);
  const problem = (code: Problem['code'], message: string, advice: string) => {
    problems.push({ ...at(code, field, context), message, advice });
    return undefined;
  };
  if (time === undefined)
    return problem('wrong-type', `\`${field.text}\` is no point in time`, timestampForm);
  if (time.zoned !== context.zoned) {
    const lack = time.zoned ? 'has an offset' : 'has no offset';
    const other = context.zoned ? 'has one' : 'has none';
    return problem(
      'bad-incident',
      `mixed time zones: \`${field.text}\` ${lack} where the observation window ${other}`,
      'write all times, in the file and of the window, with an offset, or all without',
    );
  }
  if (time.seconds < context.window.from || time.seconds > context.window.to) {
    return problem(
      'out-of-range',
      `\`${field.text}\` lies outside the observed time`,
      'widen the window if recording ran then, or leave the incident out',
    );
  }
  return time;
}

function readComponent(
  row: RawIncident,
  context: CheckContext,
  known: ReadonlySet<string> | undefined,
  problems: Problem[],
): string | undefined {
  const field = row.fields.component;
  if (field === undefined) return undefined;
  if (field.text === '') {
    const advice = 'name what was down; without a name its outages cannot be told from others';
    problems.push({ ...at('missing-key', field, context), message: 'the component has no name', advice });
    return undefined;
  }
  if (known === undefined || known.has(field.text)) return field.text;
  problems.push({
    ...at('out-of-range', field, context),
    message: `unknown component \`${field.text}\``,
    advice: nearestAdvice(field.text, [...known]),
  });
  return undefined;
}

function readShare(row: RawIncident, context: CheckContext, problems: Problem[]): number {
  const field = row.fields.share;
  if (field === undefined || field.text === '') return 1;
  const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s?%?$/i.test(field.text);
  const percent = field.text.endsWith('%');
  const share = number ? Number.parseFloat(field.text) / (percent ? 100 : 1) : Number.NaN;
  if (share > 0 && share <= 1) return share;
  const code = number ? 'out-of-range' : 'wrong-type';
  const what = number ? 'is not above 0 and at most 1' : 'is no number';
  const message = `the affected share \`${field.text}\` ${what}`;
  problems.push({ ...at(code, field, context), message, advice: 'write 0.25, or 25 %, for a quarter' });
  return 1;
}

/** Incidents of one component that begin before an earlier one has ended. */
function overlaps(sorted: readonly Incident[], file: string): Problem[] {
  const latest = new Map<string, Incident>();
  const problems: Problem[] = [];
  for (const incident of sorted) {
    const before = latest.get(incident.component);
    const ended = before === undefined ? -Infinity : (before.end ?? Infinity);
    if (before !== undefined && incident.start < ended) {
      problems.push({
        code: 'bad-incident',
        file,
        ...incident.place,
        message: `\`${incident.component}\` is already down since line ${before.place.line}`,
        advice: 'merge the two incidents, or correct their times',
      });
    }
    if (before === undefined || (incident.end ?? Infinity) > ended) latest.set(incident.component, incident);
  }
  return problems;
}

function nearestAdvice(name: string, known: readonly string[]): string {
  const best = nearest(name, known);
  if (best !== undefined) return `did you mean \`${best}\`?`;
  return `the ${known.length} known components begin with ${known.slice(0, 3).join(', ')}`;
}

function at(code: Problem['code'], field: Field, context: CheckContext) {
  return { code, file: context.file, line: field.line, column: field.column };
}
