import { columnsOf, csvRows, lineProblems } from './csv-rows.ts';
import type { TracedIncident } from './incident-trace.ts';
import { momentForm, readMoment } from './moment.ts';

/** Whether a file lists incidents, by its header, rather than intervals. */
export function listsIncidents(text: string): boolean {
  const [header = ''] = text.split('\n', 1);
  return /(^|,)\s*"?start"?\s*(,|$)/i.test(header.replace(/^\uFEFF/, '').trim());
}

/**
 * Incidents of a CSV file with the columns start, end and ratio, the share of events that were bad (`0.3` or `30 %`), in
 * order of their start.
 *
 * Throws InvalidInput with the line of each time that cannot be read or runs backwards, and of each impossible ratio.
 */
export function readIncidents(text: string, file: string): TracedIncident[] {
  const [header, ...rows] = csvRows(text, file);
  const places = columnsOf(header, ['start', 'end', 'ratio'], file);
  const problems = lineProblems(file);
  if (rows.length === 0) {
    problems.add(header?.line ?? 1, 'bad-file', 'the file lists no incident', 'give each incident a line');
  }
  const incidents = rows.map(({ line, fields }) => {
    const field = (name: keyof typeof places) => (fields[places[name]] ?? '').trim();
    const moment = (name: 'start' | 'end') => {
      const read = readMoment(field(name));
      if (read === undefined)
        problems.add(line, 'wrong-type', `\`${field(name)}\` is no point in time`, momentForm);
      return read ?? Number.NaN;
    };
    const start = moment('start');
    const end = moment('end');
    if (end <= start) {
      problems.add(line, 'bad-incident', 'the incident ends before it begins', 'swap its start and end');
    }
    const errorRatio = readRatio(field('ratio'));
    if (!(errorRatio > 0 && errorRatio <= 1)) {
      const message = `the ratio \`${field('ratio')}\` is not above 0 and at most 1`;
      problems.add(line, 'out-of-range', message, 'write 0.3, or 30 %, where three of ten events were bad');
    }
    return { start, end, errorRatio };
  });
  problems.check();
  return incidents.sort((a, b) => a.start - b.start);
}

function readRatio(text: string): number {
  const parts = /^(\d+\.?\d*|\.\d+)\s*(%?)$/.exec(text);
  if (parts === null) return Number.NaN;
  return Number(parts[1]) / (parts[2] === '%' ? 100 : 1);
}
