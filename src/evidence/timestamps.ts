/** A point in time and whether its text said in which offset. */
export interface Timestamp {
  /** Since 1970, in UTC where `zoned`, else on an unnamed clock. */
  readonly seconds: number;
  readonly zoned: boolean;
}

const pattern =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?\s?(Z|[+-]\d{2}:?\d{2})?$/i;

/** Advice for a text that is no timestamp. */
export const timestampForm = 'write it as 2026-03-01T14:05:00Z, or with an offset such as +01:00';

/**
 * Reads an ISO 8601 date with time of day, with or without offset; undefined for anything else, and for days or hours
 * that the calendar does not have. A date alone is no point in time.
 */
export function parseTimestamp(text: string): Timestamp | undefined {
  const match = pattern.exec(text.trim());
  if (match === null) return undefined;
  const [year, month, day, hour, minute] = match.slice(1, 6).map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const second = Number(match[6] ?? 0);
  if (hour > 23 || minute > 59 || second >= 60) return undefined;
  const midnight = new Date(Date.UTC(year, month - 1, day));
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) return undefined;
  const offset = offsetSeconds(match[7]);
  if (offset === undefined) return undefined;
  const seconds = midnight.getTime() / 1000 + hour * 3600 + minute * 60 + second - offset;
  return { seconds, zoned: match[7] !== undefined };
}

function offsetSeconds(text: string | undefined): number | undefined {
  if (text === undefined || text.toUpperCase() === 'Z') return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(-2));
  if (hours > 14 || minutes > 59) return undefined;
  return (text.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60);
}
