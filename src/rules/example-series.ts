import type { Indicator, Selector } from './types.ts';

/** A concrete series. */
export interface Series {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The series that events make grow: a good one all of `good`, a bad one all of `bad` and one of `badKinds`. */
export interface EventSeries {
  readonly good: readonly Series[];
  readonly bad: readonly Series[];
  readonly badKinds: readonly Series[];
}

/** Whether a selector takes a series. */
export function takes({ metric, matchers }: Selector, series: Series): boolean {
  if (metric !== series.metric) return false;
  return matchers.every(({ label, op, value }) => {
    const own = series.labels[label] ?? '';
    const equal = op.endsWith('~') ? new RegExp(`^(?:${value})$`).test(own) : own === value;
    return op.startsWith('!') ? !equal : equal;
  });
}

/**
 * Series for a good and for a bad event of an indicator, found among the values that its matchers name; of bad events
 * every kind that is named, so that a test of rules counts them all.
 *
 * Throws a RangeError where none of them makes the difference, for instance behind a pattern that is no list of words.
 */
export function eventSeries(indicator: Indicator): EventSeries {
  if (indicator.kind === 'latency') {
    const all = first(candidates(indicator.total), 'an event');
    const fast = first(candidates(indicator.good), 'a good event');
    return { good: [all, fast], bad: [all], badKinds: [] };
  }
  const { total, bad } = indicator;
  const named = bad.flatMap(candidates);
  if (bad.some(({ metric }) => metric !== total.metric)) {
    const all = first(candidates(total), 'an event');
    const badKinds = bad.map((each) => first(candidates(each), 'a bad event'));
    return { good: [all], bad: [all], badKinds };
  }
  const isBad = (series: Series) => bad.some((each) => takes(each, series));
  const failed = named.filter((series) => takes(total, series));
  const fine = [...candidates(total), ...bad.map((each) => unmatched(total, each))];
  return {
    good: [
      first(
        fine.filter((series) => takes(total, series) && !isBad(series)),
        'a good event',
      ),
    ],
    bad: [],
    badKinds: [first(failed, 'a bad event'), ...failed.slice(1)],
  };
}

/** Two objectives meet in a test where one's events grow series that the other counts. */
export function counts(
  indicator: Indicator,
  series: Series,
): { total: boolean; bad: boolean; good: boolean } {
  return {
    total: takes(indicator.total, series),
    bad: indicator.kind === 'requests' && indicator.bad.some((bad) => takes(bad, series)),
    good: indicator.kind === 'latency' && takes(indicator.good, series),
  };
}

/** All series that the listed values of a selector name: `code=~"5..|429"` gives 429 alone of the words. */
function candidates({ metric, matchers }: Selector): Series[] {
  let found: Series[] = [{ metric, labels: {} }];
  for (const { label, op, value } of matchers) {
    const words = op === '=' ? [value] : op === '=~' ? alternatives(value) : [];
    if (words.length === 0) continue;
    found = found.flatMap((series) =>
      words.map((word) => ({ metric, labels: { ...series.labels, [label]: word } })),
    );
  }
  return found.filter((series) => takes({ metric, matchers }, series));
}

/** Words of a pattern: dots stand for a digit, and one optional end for none. */
function alternatives(pattern: string): string[] {
  return pattern.split('|').map((word) => word.replace(/\(\\\.0\)\?$/, '').replaceAll('.', '0'));
}

/** A series of the total whose labels the bad ones exclude: `code` of a good request where only bad codes are named. */
function unmatched(total: Selector, bad: Selector): Series {
  const [base] = candidates(total);
  const labels: Record<string, string> = { ...base?.labels };
  for (const { label } of bad.matchers) labels[label] ??= '200';
  return { metric: total.metric, labels };
}

function first(series: readonly Series[], what: string): Series {
  const [found] = series;
  if (found === undefined) throw new RangeError(`no example series can be made for ${what} of the objective`);
  return found;
}
