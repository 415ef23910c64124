const seconds = { w: 604_800, d: 86_400, h: 3600, m: 60, s: 1 } as const;

/**
 * A duration as Prometheus, its rules and people write it: whole units, largest first and one where possible; 5400 is
 * `90m`, 60 is `1m`, 2592000 is `30d`. Weeks are not used, since 30 days read better beside 28.
 *
 * Throws a RangeError unless it is a whole number of seconds above 0.
 */
export function durationText(duration: number): string {
  if (!(Number.isSafeInteger(duration) && duration > 0)) {
    throw new RangeError(`duration must be a whole number of seconds above 0, not ${duration}`);
  }
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    if (duration % seconds[unit] === 0) return `${duration / seconds[unit]}${unit}`;
  }
  return `${duration}s`;
}

/** Seconds of a duration such as `1h30m` or `30d`. Throws a RangeError for text that is none. */
export function durationSeconds(text: string): number {
  const parts = /^(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text);
  if (text === '' || parts === null) throw new RangeError(`duration must look like 1h30m, not \`${text}\``);
  const [, w = 0, d = 0, h = 0, m = 0, s = 0] = parts;
  return [w, d, h, m, s].reduce<number>(
    (sum, count, i) => sum + Number(count) * (Object.values(seconds)[i] as number),
    0,
  );
}
