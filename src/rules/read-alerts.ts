import type { AlertSeverity, BurnAlert } from '../models/slo/burn-alert.ts';
import { factorOfBudget } from '../models/slo/burn-rate.ts';
import { printedText, readDecimal } from '../models/slo/decimal.ts';
import { durationSeconds } from '../models/slo/duration.ts';
import { type CsvRow, columnsOf, csvRows, lineProblems } from './csv-rows.ts';

const severities: readonly string[] = ['page', 'ticket'];
const header = 'name,severity,budget,long,short';

/**
 * Burn alerts of one's own, from a CSV file with the columns name, severity (page or ticket), long and short (windows
 * such as `1h`), and either budget, the share of a period's budget that may go within the long window (`2 %`), or factor,
 * the burn rate; `for` may be left out. Factors of shares follow from the period.
 *
 * Throws InvalidInput with the line of everything that cannot be.
 */
export function readAlerts(text: string, file: string, periodSeconds: number): BurnAlert[] {
  const [first, ...rows] = csvRows(text, file);
  const places = columnsOf(first, ['name', 'severity', 'long', 'short'], file);
  const problems = lineProblems(file);
  const optional = (name: string) =>
    first?.fields.findIndex((each) => each.trim().toLowerCase() === name) ?? -1;
  const [budgetAt, factorAt, forAt] = ['budget', 'factor', 'for'].map(optional) as [number, number, number];
  const line = first?.line ?? 1;
  if (rows.length === 0) problems.add(line, 'bad-file', 'the file has no alert', `begin it with ${header}`);
  if (budgetAt < 0 === factorAt < 0) {
    problems.add(
      line,
      'missing-key',
      'one of the columns `budget` and `factor` is needed',
      `begin it with ${header}`,
    );
    problems.check();
  }
  const seen = new Set<string>();
  const alerts = rows.map((row): BurnAlert => {
    const field = (at: number) => (row.fields[at] ?? '').trim();
    const told = <T>(read: () => T, advice: string): T | undefined => {
      try {
        return read();
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        problems.add(row.line, 'out-of-range', error.message, advice);
        return undefined;
      }
    };
    const time = (at: number) =>
      told(() => above(durationSeconds(field(at))), 'write a window such as 5m, 1h or 3d') ?? Number.NaN;
    const longSeconds = time(places.long);
    const shortSeconds = time(places.short);
    if (shortSeconds > longSeconds) {
      problems.add(row.line, 'out-of-range', 'the short window is longer than the long one', 'swap the two');
    }
    const factor = told(
      () =>
        budgetAt >= 0
          ? factorOfBudget(field(budgetAt).replace(/\s*%$/, ''), longSeconds || 1, periodSeconds)
          : printedText(readDecimal('factor', String(above(Number(field(factorAt)))))),
      'write a share of the budget such as 2 %, or a factor above 0',
    );
    const name = nameOf(row, field(places.name), seen, problems);
    const severity = field(places.severity);
    if (!severities.includes(severity)) {
      problems.add(row.line, 'wrong-type', `the severity \`${severity}\` is unknown`, 'write page or ticket');
    }
    const waits = forAt >= 0 && field(forAt) !== '';
    return {
      name,
      severity: severity as AlertSeverity,
      factor: factor ?? '1',
      longSeconds,
      shortSeconds,
      forSeconds: waits ? time(forAt) : 0,
    };
  });
  problems.check();
  return alerts;
}

function nameOf(
  { line }: CsvRow,
  name: string,
  seen: Set<string>,
  problems: ReturnType<typeof lineProblems>,
): string {
  if (!/^[a-z][a-z0-9]*$/.test(name)) {
    problems.add(
      line,
      'wrong-type',
      `\`${name}\` is no name of an alert`,
      'use lower case letters and digits',
    );
  }
  if (seen.has(name))
    problems.add(line, 'duplicate-name', `the alert ${name} is there twice`, 'keep one of them');
  seen.add(name);
  return name;
}

function above(value: number): number {
  if (value > 0) return value;
  throw new RangeError(`a value above 0 is needed, not ${value}`);
}
