import { type CsvRow, columnsOf, csvRows, type LineProblems, lineProblems } from './csv-rows.ts';
import { momentForm, readMoment } from './moment.ts';
import { milliseconds, type Trace, traceOfCounts } from './trace.ts';

const columns = ['time', 'total', 'bad'] as const;

/**
 * The trace of a CSV file with the columns time, total and bad: events of each interval, `time` being its end, at one
 * distance all through.
 *
 * Throws InvalidInput with the line of every gap, step back in time, text that is no number, and of more bad events than
 * events; a file without two intervals says nothing either.
 */
export function readTrace(text: string, file: string): Trace {
  const [header, ...rows] = csvRows(text, file);
  const places = columnsOf(header, columns, file);
  const problems = lineProblems(file);
  if (rows.length < 2) {
    const advice = 'give each interval a line with its end, its events and the bad ones';
    problems.add(
      header?.line ?? 1,
      'bad-file',
      `the file has ${rows.length} intervals, and needs two`,
      advice,
    );
    problems.check();
  }
  const total = new Float64Array(rows.length);
  const bad = new Float64Array(rows.length);
  const times = new Float64Array(rows.length);
  rows.forEach((row, i) => {
    times[i] = readTime(row, places.time, problems);
    total[i] = readCount(row, places.total, 'total', problems);
    bad[i] = readCount(row, places.bad, 'bad', problems);
    if ((bad[i] as number) > (total[i] as number)) {
      const message = `${bad[i]} bad events are more than all ${total[i]}`;
      problems.add(row.line, 'out-of-range', message, 'bad events are a part of the total');
    }
  });
  checkTimes(rows, times, problems);
  problems.check();
  const [first = 0, second = 0] = times;
  return traceOfCounts(first, second - first, total, bad);
}

function readTime({ line, fields }: CsvRow, at: number, problems: LineProblems): number {
  const text = (fields[at] ?? '').trim();
  const moment = readMoment(text);
  if (moment === undefined) problems.add(line, 'wrong-type', `\`${text}\` is no point in time`, momentForm);
  return moment ?? Number.NaN;
}

function readCount({ line, fields }: CsvRow, at: number, name: string, problems: LineProblems): number {
  const text = (fields[at] ?? '').trim();
  const count = text === '' ? Number.NaN : Number(text);
  if (count >= 0 && count < Infinity) return count;
  const wrong = Number.isNaN(count) ? 'is no number' : 'is no number of events';
  const advice = 'write how many events the interval had, 0 or more';
  const code = Number.isNaN(count) ? 'wrong-type' : 'out-of-range';
  problems.add(line, code, `\`${text}\` of column \`${name}\` ${wrong}`, advice);
  return Number.NaN;
}

/** The first two lines say how long an interval is. */
function checkTimes(rows: readonly CsvRow[], times: Float64Array, problems: LineProblems): void {
  const step = milliseconds((times[1] as number) - (times[0] as number));
  for (let i = 1; i < times.length; i += 1) {
    const passed = milliseconds((times[i] as number) - (times[i - 1] as number));
    const line = rows[i]?.line ?? 1;
    if (passed <= 0) {
      const how = passed === 0 ? 'stands still' : 'runs backwards';
      problems.add(
        line,
        'bad-file',
        `time ${how} here`,
        'sort the lines by time, and keep one for each interval',
      );
    } else if (passed !== step && step > 0) {
      problems.add(
        line,
        'bad-file',
        gapText(passed, step),
        'write a line for every interval; without events its counts are 0',
      );
    }
  }
}

function gapText(passed: number, step: number): string {
  const missing = passed / step - 1;
  if (missing >= 1 && Number.isInteger(missing))
    return `a gap: ${missing} intervals of ${step / 1000} s are missing before it`;
  return `an interval of ${passed / 1000} s where the others have ${step / 1000} s`;
}
