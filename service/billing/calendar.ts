/** A span of time, Unix milliseconds; the end is not in it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Periods are billed, windows are settled. Periods follow each other from 1970 on; each is cut into equal windows of
 * at most a day, so that the work of a run is bounded however long a period is.
 */
export interface Calendar {
  periodAt(at: number): Span;
  windowAt(at: number): Span;
  /** Windows that [from, to] touches, in order. */
  windowsBetween(from: number, to: number): readonly Span[];
}

const day = 86_400_000;

/** `period` in seconds. Throws a RangeError for one that is no whole number of milliseconds. */
export function createCalendar(period: number): Calendar {
  const length = Math.round(period * 1000);
  if (length < 1) throw new RangeError(`billing.period: shorter than a millisecond: ${period}`);
  const pieces = Math.ceil(length / day);
  const cut = (start: number, piece: number) => start + Math.floor((piece * length) / pieces);
  const periodAt = (at: number): Span => {
    const start = Math.floor(at / length) * length;
    return { start, end: start + length };
  };
  const windowAt = (at: number): Span => {
    const { start } = periodAt(at);
    let piece = Math.floor(((at - start) * pieces) / length);
    // Cuts are rounded down, so a time just before one may belong to the piece after it.
    while (cut(start, piece + 1) <= at) piece += 1;
    while (cut(start, piece) > at) piece -= 1;
    return { start: cut(start, piece), end: cut(start, piece + 1) };
  };
  return {
    periodAt,
    windowAt,
    windowsBetween: (from, to) => {
      const windows: Span[] = [];
      for (let at = from; at <= to; at = windowAt(at).end) windows.push(windowAt(at));
      return windows;
    },
  };
}

/** `2026-11-22T00-00-00.000Z`: a time as part of a key, in the order of time. */
export function timeName(at: number): string {
  return new Date(at).toISOString().replaceAll(':', '-');
}

export function timeFromName(name: string): number {
  return Date.parse(name.replace(/T(\d\d)-(\d\d)-(\d\d)/, 'T$1:$2:$3'));
}
