import type { Indicator, Selector } from './types.ts';

/** A concrete series. */
export interface Series {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The series that one good and one bad event make grow. */
export interface EventSeries {
  readonly good: readonly Series[];
  readonly bad: readonly Series[];
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
 * Series for a good and for a bad event of an indicator, found among the values that its matchers name.
 *
 * Throws a RangeError where none of them makes the difference, for instance behind a pattern that is no list of words.
 */
export function eventSeries(indicator: Indicator): EventSeries {
  if (indicator.kind === 'latency') {
    const all = only(candidates(indicator.total), 'an event', () => true);
    const fast = only(candidates(indicator.good), 'a good event', () => true);
    return { good: [all, fast], bad: [all] };
  }
  const { total, bad } = indicator;
  if (total.metric !== bad.metric) {
    const all = only(candidates(total), 'an event', () => true);
    return { good: [all], bad: [all, only(candidates(bad), 'a bad event', () => true)] };
  }
  const failed = only([...candidates(bad), ...candidates(total)], 'a bad event', (series) => {
    return takes(bad, series) && takes(total, series);
  });
  const fine = only([...candidates(total), unmatched(total, bad)], 'a good event', (series) => {
    return takes(total, series) && !takes(bad, series);
  });
  return { good: [fine], bad: [failed] };
}

/** Two objectives meet in a test where one's events grow series that the other counts. */
export function counts(
  indicator: Indicator,
  series: Series,
): { total: boolean; bad: boolean; good: boolean } {
  return {
    total: takes(indicator.total, series),
    bad: indicator.kind === 'requests' && takes(indicator.bad, series),
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

function only(series: readonly Series[], what: string, fits: (series: Series) => boolean): Series {
  const found = series.find(fits);
  if (found === undefined) throw new RangeError(`no example series can be made for ${what} of the objective`);
  return found;
}
