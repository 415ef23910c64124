import { describe, expect, it } from 'vitest';
import { type ReadOptions, readIncidents } from '../../src/evidence/read.ts';
import { InvalidInput, type Problem } from '../../src/problems/problem.ts';

const window = { observedFrom: '2026-01-01T00:00:00Z', observedTo: '2026-02-01T00:00:00Z' };
const header = 'start,end,component,domain,cause,share';

function read(lines: readonly string[], options: Partial<ReadOptions> = {}) {
  return readIncidents(lines.join('\n'), 'incidents.csv', { ...window, ...options });
}

function problemsOf(run: () => unknown): readonly Problem[] {
  try {
    run();
  } catch (error) {
    if (error instanceof InvalidInput) return error.problems;
    throw error;
  }
  throw new Error('nothing was refused');
}

function placed(run: () => unknown): string[] {
  return problemsOf(run).map(({ file, line, column, code }) => `${file}:${line}:${column} ${code}`);
}

describe('a CSV file of incidents', () => {
  it('is read with domains, causes, shares and open ends, in order of start', () => {
    const log = read([
      header,
      '2026-01-05T00:00:00Z,2026-01-05T01:00:00Z,m-2,zone-a/rack-1,power,50 %',
      '2026-01-02T01:00:00+01:00,,m-1,,,',
    ]);
    expect(log.clock).toBe('utc');
    expect(log.incidents).toEqual([
      {
        start: Date.UTC(2026, 0, 2) / 1000,
        component: 'm-1',
        domain: [],
        share: 1,
        place: { line: 3, column: 1 },
      },
      {
        start: Date.UTC(2026, 0, 5) / 1000,
        end: Date.UTC(2026, 0, 5, 1) / 1000,
        component: 'm-2',
        domain: ['zone-a', 'rack-1'],
        cause: 'power',
        share: 0.5,
        place: { line: 2, column: 1 },
      },
    ]);
  });

  it('may have a byte order mark, Windows line ends, blank lines, quoted fields and other columns', () => {
    const log = readIncidents(
      '\ufeffComponent,Start,End,Affected share,ticket\r\n\r\n"m,1\nx",2026-01-02 10:00Z,2026-01-02 11:00Z,0.5,"a ""b"""\r\n',
      'x.csv',
      window,
    );
    expect(log.incidents[0]).toMatchObject({
      component: 'm,1\nx',
      share: 0.5,
      place: { line: 3, column: 1 },
    });
    expect(log.ignored).toEqual(['ticket']);
  });

  it('without rows is a log without incidents, not an error', () => {
    expect(read([header]).incidents).toEqual([]);
  });

  it('that is empty is refused', () => {
    expect(placed(() => read(['']))).toEqual(['incidents.csv:1:1 bad-file']);
    expect(placed(() => read(['', '  ', '']))).toEqual(['incidents.csv:1:1 bad-file']);
  });

  it('with reversed times is refused at the end, whose line and column count quoted line breaks', () => {
    const rows = [
      header,
      '2026-01-02T00:00:00Z,2026-01-02T01:00:00Z,"a',
      'b",,,',
      ' 2026-01-05T02:00:00Z, 2026-01-05T01:00:00Z,m-1,,,',
    ];
    expect(placed(() => read(rows))).toEqual(['incidents.csv:4:24 bad-incident']);
  });

  it('with overlapping incidents of one component is refused, and touching ones or other components are not', () => {
    const rows = [
      header,
      '2026-01-02T00:00:00Z,2026-01-02T02:00:00Z,m-1,,,',
      '2026-01-02T02:00:00Z,2026-01-02T03:00:00Z,m-1,,,',
      '2026-01-02T02:30:00Z,2026-01-02T02:40:00Z,m-2,,,',
    ];
    expect(read(rows).incidents).toHaveLength(3);
    const overlapping = [...rows, '2026-01-02T01:00:00Z,2026-01-02T01:30:00Z,m-1,,,'];
    expect(placed(() => read(overlapping))).toEqual(['incidents.csv:5:1 bad-incident']);
    const open = [...rows, '2026-01-01T01:00:00Z,,m-2,,,'];
    expect(problemsOf(() => read(open))[0]?.message).toBe('`m-2` is already down since line 5');
  });

  it('that mixes times with and without offset is refused at each time that differs from the window', () => {
    const rows = [
      header,
      '2026-01-02T00:00:00Z,2026-01-02T01:00:00,m-1,,,',
      '2026-01-03T00:00:00,2026-01-03T01:00:00Z,m-1,,,',
    ];
    expect(placed(() => read(rows))).toEqual([
      'incidents.csv:2:22 bad-incident',
      'incidents.csv:3:1 bad-incident',
    ]);
  });

  it('without any offset needs a window without offset, and says that its clock is unstated', () => {
    const local = { observedFrom: '2026-01-01T00:00', observedTo: '2026-02-01T00:00' };
    const rows = [header, '2026-01-02T00:00:00,2026-01-02T01:00:00,m-1,,,'];
    expect(read(rows, local).clock).toBe('unstated');
    expect(problemsOf(() => read(rows))).toHaveLength(2);
  });

  it('that names an unknown component is refused with the nearest known one', () => {
    const components = ['api-1', 'api-2', 'worker-1'];
    const rows = [header, '2026-01-02T00:00:00Z,2026-01-02T01:00:00Z,workr-1,,,'];
    expect(placed(() => read(rows, { components }))).toEqual(['incidents.csv:2:43 out-of-range']);
    expect(problemsOf(() => read(rows, { components }))[0]?.advice).toBe('did you mean `worker-1`?');
  });

  it('with shares outside (0, 1], shares that are no numbers, bad dates or short rows is refused in one go', () => {
    const rows = [
      header,
      '2026-01-02T00:00:00Z,2026-01-02T01:00:00Z,m-1,,,1.5',
      '2026-01-03T00:00:00Z,2026-01-03T01:00:00Z,m-1,,,half',
      '2026-02-30T00:00:00Z,2026-01-03T01:00:00Z,m-2,,,',
      '2026-01-05,2026-01-05T01:00:00Z,m-3,,,',
      '2026-01-06T00:00:00Z,2026-01-06T01:00:00Z,m-4',
      '2026-01-07T00:00:00Z,2026-01-07T01:00:00Z,,,,-20%',
    ];
    expect(placed(() => read(rows))).toEqual([
      'incidents.csv:2:49 out-of-range',
      'incidents.csv:3:49 wrong-type',
      'incidents.csv:4:1 wrong-type',
      'incidents.csv:5:1 wrong-type',
      'incidents.csv:6:1 bad-file',
      'incidents.csv:7:43 missing-key',
      'incidents.csv:7:46 out-of-range',
    ]);
  });

  it('with an incident outside the observed time is refused', () => {
    const rows = [header, '2025-12-31T23:00:00Z,2026-01-02T01:00:00Z,m-1,,,'];
    expect(placed(() => read(rows))).toEqual(['incidents.csv:2:1 out-of-range']);
  });

  it('with a missing or misspelt column is refused with the column that was meant', () => {
    const rows = ['start,end,comppnent,doamin', '2026-01-02T00:00:00Z,2026-01-02T01:00:00Z,m-1,x'];
    expect(problemsOf(() => read(rows)).map(({ column, advice }) => [column, advice])).toEqual([
      [11, 'did you mean `component`?'],
      [21, 'did you mean `domain`?'],
    ]);
    expect(problemsOf(() => read(['start,component']))[0]?.message).toBe('the column `end` is missing');
  });

  it('with broken quotes is refused with the line', () => {
    expect(placed(() => read([header, '2026-01-02T00:00:00Z,"open']))).toEqual([
      'incidents.csv:2:1 bad-file',
    ]);
  });

  it('is refused when the observed time is missing, reversed or half with an offset', () => {
    const flags = (from: string, to: string) =>
      problemsOf(() => read([header], { observedFrom: from, observedTo: to })).map(({ code }) => code);
    expect(flags('soon', 'later')).toEqual(['bad-flag', 'bad-flag']);
    expect(flags('2026-01-02T00:00Z', '2026-01-01T00:00Z')).toEqual(['bad-flag']);
    expect(flags('2026-01-01T00:00Z', '2026-01-02T00:00')).toEqual(['bad-flag']);
  });
});

describe('a JSON file of incidents', () => {
  const incident = { start: '2026-01-02T00:00:00Z', end: '2026-01-02T01:00:00Z', component: 'm-1' };
  const readJson = (value: unknown) =>
    readIncidents(
      typeof value === 'string' ? value : JSON.stringify(value, null, 2),
      'incidents.json',
      window,
    );

  it('is read as an array or as an object with incidents', () => {
    const rich = { ...incident, end: null, share: 0.25, domain: 'zone-a/rack-2', cause: 'push', ticket: 17 };
    expect(readJson([rich])).toEqual(readJson(JSON.stringify([rich], null, 2)));
    const [first] = readJson({ incidents: [rich] }).incidents;
    expect(first).toMatchObject({ share: 0.25, domain: ['zone-a', 'rack-2'], cause: 'push' });
    expect(first?.end).toBeUndefined();
    expect(readJson([rich]).ignored).toEqual(['ticket']);
  });

  it('has the place of each wrong value in its messages', () => {
    const wrong = { ...incident, start: '2026-01-02T03:00:00Z', share: 2 };
    expect(placed(() => readJson([incident, wrong]))).toEqual([
      'incidents.json:9:12 bad-incident',
      'incidents.json:11:14 out-of-range',
    ]);
  });

  it('is refused when it is empty, no JSON, no list, or has entries that are no incidents', () => {
    expect(placed(() => readJson(''))).toEqual(['incidents.json:1:1 bad-file']);
    expect(placed(() => readJson('[\n{"start": }]'))).toEqual(['incidents.json:2:11 bad-file']);
    expect(placed(() => readJson('start: yaml is not json'))).toHaveLength(1);
    expect(placed(() => readJson({ incident: [] }))).toEqual(['incidents.json:1:1 bad-file']);
    expect(placed(() => readJson([7, { ...incident, start: 5 }]))).toEqual([
      'incidents.json:2:3 wrong-type',
      'incidents.json:4:14 wrong-type',
    ]);
    expect(problemsOf(() => readJson([{ start: incident.start, end: null }]))[0]?.message).toBe(
      'the column `component` is missing',
    );
  });
});
