/** A date and time of day as a clock on the wall shows it. Months count from 1. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** What a clock in the zone shows at a Unix time. Throws a RangeError for a zone that the IANA database lacks. */
export function wallTimeAt(seconds: number, timeZone: string): WallTime {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(seconds * 1000)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return { year, month, day, hour, minute, second };
}

/**
 * Unix time at which a clock in the zone first shows the given time; of a time that a change of the clock skips, the
 * moment of the change as the clock before it would have counted on.
 */
export function unixTimeOf(wall: WallTime, timeZone: string): number {
  const asUtc = utc(wall);
  const before = asUtc - offset(asUtc - 86_400, timeZone);
  const after = asUtc - offset(asUtc + 86_400, timeZone);
  const fits = [before, after].filter((seconds) => seconds + offset(seconds, timeZone) === asUtc);
  return fits.length > 0 ? Math.min(...fits) : before;
}

/** Seconds that the clock in the zone is ahead of UTC. */
function offset(seconds: number, timeZone: string): number {
  return utc(wallTimeAt(seconds, timeZone)) - Math.floor(seconds);
}

function utc({ year, month, day, hour, minute, second }: WallTime): number {
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  let made: Intl.DateTimeFormat;
  try {
    made = new Intl.DateTimeFormat('en-u-ca-iso8601-nu-latn', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    throw new RangeError(`time zone must be one of the IANA database, not ${timeZone}`);
  }
  formats.set(timeZone, made);
  return made;
}
