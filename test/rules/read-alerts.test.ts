import { describe, expect, it } from 'vitest';
import { catalogueAlerts } from '../../src/models/slo/alert-catalogue.ts';
import { InvalidInput } from '../../src/problems/problem.ts';
import { readAlerts } from '../../src/rules/read-alerts.ts';

const month = 2_592_000;

function problemsOf(text: string): string[] {
  try {
    readAlerts(text, 'f.csv', month);
  } catch (error) {
    if (error instanceof InvalidInput)
      return error.problems.map(({ line, message }) => `${line}: ${message}`);
    throw error;
  }
  return [];
}

describe("a file of one's own alerts", () => {
  it('says by shares of the budget what the workbook says', () => {
    const text = [
      'name,severity,budget,long,short',
      ...['fast,page,2 %,1h,5m', 'medium,page,5,6h,30m', 'slow,ticket,10 %,1d,2h', 'drift,ticket,10 %,3d,6h'],
    ].join('\n');
    expect(readAlerts(text, 'f.csv', month)).toEqual(catalogueAlerts('workbook', month));
  });

  it('may give factors and waits instead, columns in any order', () => {
    const text = 'for,short,long,factor,severity,name\n2m,5m,1h,14.4,page,fast\n,5m,1h,1,ticket,slow\n';
    expect(readAlerts(text, 'f.csv', month)).toEqual([
      {
        name: 'fast',
        severity: 'page',
        factor: '14.4',
        longSeconds: 3600,
        shortSeconds: 300,
        forSeconds: 120,
      },
      { name: 'slow', severity: 'ticket', factor: '1', longSeconds: 3600, shortSeconds: 300, forSeconds: 0 },
    ]);
  });

  it.each([
    ['a name with capitals', 'Fast,page,2,1h,5m', '2: `Fast` is no name of an alert'],
    ['a severity that nobody routes', 'fast,loud,2,1h,5m', '2: the severity `loud` is unknown'],
    ['reversed windows', 'fast,page,2,5m,1h', '2: the short window is longer than the long one'],
    ['a window that is none', 'fast,page,2,soon,5m', '2: duration must look like 1h30m, not `soon`'],
    ['a window of nothing', 'fast,page,2,1h,0m', '2: a value above 0 is needed, not 0'],
    [
      'a share above the whole',
      'fast,page,101,1h,5m',
      '2: share of the budget must lie in (0, 100] %, not 101',
    ],
    [
      'a share that is no number',
      'fast,page,much,1h,5m',
      '2: share of the budget must be a decimal number, not `much`',
    ],
    ['the same name twice', 'a,page,2,1h,5m\na,page,2,1h,5m', '3: the alert a is there twice'],
  ])('is refused for %s, at its line', (_, rows, expected) => {
    expect(problemsOf(`name,severity,budget,long,short\n${rows}\n`)).toEqual([expected]);
  });

  it('is refused for a factor that is not above 0', () => {
    expect(problemsOf('name,severity,factor,long,short\na,page,0,1h,5m\nb,page,x,1h,5m\n')).toEqual([
      '2: a value above 0 is needed, not 0',
      '3: a value above 0 is needed, not NaN',
    ]);
  });

  it('needs an alert, and one of the columns budget and factor', () => {
    expect(problemsOf('name,severity,budget,long,short\n')).toEqual(['1: the file has no alert']);
    for (const more of ['', ',budget,factor']) {
      expect(problemsOf(`name,severity,long,short${more}\na,page,1h,5m,2,2\n`)).toEqual([
        '1: one of the columns `budget` and `factor` is needed',
      ]);
    }
  });
});
