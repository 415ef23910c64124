import { describe, expect, it } from 'vitest';
import { catalogueAlerts } from '../../src/models/slo/alert-catalogue.ts';
import { cosineTraffic, steppedTraffic } from '../../src/models/slo/traffic-shape.ts';
import { InvalidInput } from '../../src/problems/problem.ts';
import { incidentTrace } from '../../src/rules/incident-trace.ts';
import { listsIncidents, readIncidents } from '../../src/rules/read-incidents.ts';
import { readTrace } from '../../src/rules/read-trace.ts';
import { replay } from '../../src/rules/replay.ts';
import { eventsBetween } from '../../src/rules/trace.ts';

const objective = { objective: '0.999', periodSeconds: 2_592_000, alerts: catalogueAlerts('workbook') };
const flat = { shape: steppedTraffic([1]), peakRate: 100 };

/** Lines of problems and their messages, as one text each. */
function problemsOf(read: () => unknown): string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof InvalidInput) {
      return error.problems.map(({ line, message }) => `${line ?? '-'}: ${message}`);
    }
    throw error;
  }
  return [];
}

describe('a replay', () => {
  const day = 86_400;

  it('says when each alert fired and cleared, what was gone, and what nobody noticed', () => {
    const incidents = [
      { start: 4 * day, end: 4 * day + 600, errorRatio: 0.15 },
      { start: 8 * day, end: 8 * day + 45, errorRatio: 1 },
    ];
    const trace = incidentTrace(incidents, flat, { from: 0, to: 10 * day, stepSeconds: 15 });
    const result = replay(trace, objective, { evaluationSeconds: 15 });
    const [fast] = result.alerts;
    expect(fast?.firings.length).toBe(1);
    // 5 min 45.6 s by the closed form, which the next reading shows.
    expect(fast?.firings[0]?.firedAt).toBe(4 * day + 360);
    expect(fast?.firings[0]?.clearedAt).toBe(4 * day + 600 + 285);
    expect(fast?.firings[0]?.budgetSpent).toBeCloseTo((0.15 * 360) / 2592, 12);
    expect(result.incidents.map(({ noticedBy }) => noticedBy)).toEqual([['fast'], []]);
    expect(result.incidents[1]?.bad).toBeCloseTo(4500, 6);
    expect(result.budgetSpent).toBeCloseTo((0.15 * 600 + 45) / 2592, 9);
  });

  it('joins errors with short pauses into one incident', () => {
    const incidents = [0, 1, 2].map((i) => ({
      start: 4 * day + i * 120,
      end: 4 * day + i * 120 + 60,
      errorRatio: 1,
    }));
    const trace = incidentTrace(incidents, flat, { from: 0, to: 5 * day, stepSeconds: 15 });
    const result = replay(trace, objective, { evaluationSeconds: 15 });
    expect(result.incidents.length).toBe(1);
    expect(result.incidents[0]).toMatchObject({ from: 4 * day, to: 4 * day + 300 });
  });

  it('of a trace without events is refused', () => {
    const trace = readTrace('time,total,bad\n60,0,0\n120,0,0\n', 'f.csv');
    expect(() => replay(trace, objective, { evaluationSeconds: 60 })).toThrow(/number of events/);
  });
});

describe('a trace of incidents', () => {
  it('has as many events as the traffic, over midnight and in steps of any length', () => {
    const shape = cosineTraffic(0.8);
    const trace = incidentTrace(
      [],
      { shape, peakRate: 1.8 },
      { from: 3600 * 20, to: 3600 * 44, stepSeconds: 700 },
    );
    const last = trace.good.length - 1;
    const covered = (last * 700) / 86_400;
    expect(eventsBetween(trace, 0, last).total / 86_400).toBeCloseTo(covered, 2);
  });

  it('lets overlapping incidents share what is left', () => {
    const both = [
      { start: 0, end: 100, errorRatio: 0.5 },
      { start: 0, end: 100, errorRatio: 0.5 },
    ];
    const trace = incidentTrace(both, flat, { from: 0, to: 100, stepSeconds: 10 });
    const { total, bad } = eventsBetween(trace, 0, 10);
    expect(total).toBeCloseTo(10_000, 6);
    expect(bad).toBeCloseTo(7500, 6);
  });
});

describe('a replay file', () => {
  it('is read with Unix seconds and with timestamps alike, columns in any order', () => {
    const plain = readTrace('time,total,bad\n1700000000,10,1\n1700000060,20,2\n', 'f.csv');
    const dated = readTrace(
      'bad,note,time,total\n1,"a, b",2023-11-14T22:13:20Z,10\n2,,2023-11-14T23:14:20+01:00,20\n',
      'f.csv',
    );
    expect(dated).toEqual(plain);
    expect(plain.start).toBe(1_699_999_940);
    expect([...plain.bad]).toEqual([0, 1, 3]);
  });

  it.each([
    ['a gap', '60,1,0\n120,1,0\n240,1,0', ['4: a gap: 1 intervals of 60 s are missing before it']],
    ['an odd interval', '60,1,0\n120,1,0\n150,1,0', ['4: an interval of 30 s where the others have 60 s']],
    ['time that runs backwards', '60,1,0\n120,1,0\n90,1,0', ['4: time runs backwards here']],
    ['time that stands still', '60,1,0\n120,1,0\n120,1,0', ['4: time stands still here']],
    ['more bad events than events', '60,1,2\n120,1,0', ['2: 2 bad events are more than all 1']],
    ['a text for a number', '60,one,0\n120,1,0', ['2: `one` of column `total` is no number']],
    ['NaN', '60,NaN,0\n120,1,0', ['2: `NaN` of column `total` is no number']],
    ['an empty field', '60,1,\n120,1,0', ['2: `` of column `bad` is no number']],
    ['a negative count', '60,1,-1\n120,1,0', ['2: `-1` of column `bad` is no number of events']],
    [
      'an endless count',
      '60,Infinity,0\n120,1,0',
      ['2: `Infinity` of column `total` is no number of events'],
    ],
    [
      'a time without offset',
      '2026-01-01T00:00:00,1,0\n120,1,0',
      ['2: `2026-01-01T00:00:00` is no point in time'],
    ],
    [
      'a day that does not exist',
      '2026-13-01T00:00:00Z,1,0\n120,1,0',
      ['2: `2026-13-01T00:00:00Z` is no point in time'],
    ],
    ['one interval', '60,1,0', ['1: the file has 1 intervals, and needs two']],
  ])('with %s is refused at its line', (_, lines, expected) => {
    expect(problemsOf(() => readTrace(`time,total,bad\n${lines}\n`, 'f.csv'))).toEqual(expected);
  });

  it('that is empty, or lacks a column, or has one twice, is refused', () => {
    expect(problemsOf(() => readTrace('', 'f.csv'))).toEqual(['1: the file is empty']);
    expect(problemsOf(() => readTrace('time,total\n60,1\n', 'f.csv'))).toEqual([
      '1: the column `bad` is missing',
    ]);
    expect(problemsOf(() => readTrace('time,bad,total,bad\n', 'f.csv'))).toEqual([
      '1: the column `bad` is there twice',
    ]);
  });

  it('with broken quotes is refused', () => {
    expect(problemsOf(() => readTrace('time,total,bad\n"60,1,0\n', 'f.csv'))[0]).toMatch(/not valid CSV/);
  });

  it('that is wrong throughout does not say so a hundred thousand times', () => {
    const rows = Array.from({ length: 1000 }, (_, i) => `${60 * i + 60},1,2`).join('\n');
    const problems = problemsOf(() => readTrace(`time,total,bad\n${rows}`, 'f.csv'));
    expect(problems.length).toBe(21);
    expect(problems.at(-1)).toContain('980 more problems');
  });

  it('with incidents is told from one with intervals by its header', () => {
    expect(listsIncidents('start,end,ratio\n')).toBe(true);
    expect(listsIncidents('\uFEFFratio, Start ,end\n')).toBe(true);
    expect(listsIncidents('time,total,bad\n')).toBe(false);
  });

  it('with incidents is read in order of their start, ratios also as percentages', () => {
    const text = 'start,end,ratio\n200,300,30 %\n100,150,1\n';
    expect(readIncidents(text, 'f.csv')).toEqual([
      { start: 100, end: 150, errorRatio: 1 },
      { start: 200, end: 300, errorRatio: 0.3 },
    ]);
  });

  it('with impossible incidents is refused at their lines', () => {
    const text = 'start,end,ratio\n200,100,1\n100,150,0\nsoon,150,2\n';
    expect(problemsOf(() => readIncidents(text, 'f.csv'))).toEqual([
      '2: the incident ends before it begins',
      '3: the ratio `0` is not above 0 and at most 1',
      '4: `soon` is no point in time',
      '4: the ratio `2` is not above 0 and at most 1',
    ]);
    expect(problemsOf(() => readIncidents('start,end,ratio\n', 'f.csv'))).toEqual([
      '1: the file lists no incident',
    ]);
  });
});
