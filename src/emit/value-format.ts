/** What a template writes after `as`. */
export const valueFormats = {
  count: 'a whole number; an error where it is none',
  ceil: 'rounded up to a whole number',
  floor: 'rounded down to a whole number',
  decimal: 'the shortest decimal text',
  days: 'whole days, rounded up',
  seconds: 'whole seconds, rounded up',
  milliseconds: 'whole milliseconds, rounded up',
  nanoseconds: 'whole nanoseconds, rounded up',
  duration: 'with the largest unit that leaves it whole: 15s, 2954ms',
  schedule: 'as cron has it, in UTC: at least as often, and at even times',
  bytes: 'whole bytes, rounded up',
  Ki: 'whole KiB with the suffix Ki, rounded up',
  Mi: 'whole MiB with the suffix Mi, rounded up',
  Gi: 'whole GiB with the suffix Gi, rounded up',
  MiB: 'whole MiB without suffix, rounded up',
  cores: 'cores as a decimal',
  millicores: 'whole thousandths of a core with the suffix m, rounded up',
  percent: 'a share as percentage with its sign: 20%',
  percentNumber: 'a share as whole percentage without sign, rounded up',
} as const;

export type ValueFormat = keyof typeof valueFormats;

/** The first symbol of the unit that a format asks for; others take any unit. */
const asks: Partial<Record<ValueFormat, string>> = {
  days: 's',
  seconds: 's',
  milliseconds: 's',
  nanoseconds: 's',
  duration: 's',
  schedule: 's',
  bytes: 'B',
  Ki: 'B',
  Mi: 'B',
  Gi: 'B',
  MiB: 'B',
  cores: 'core',
  millicores: 'core',
  percent: '1',
  percentNumber: '1',
};

export function isValueFormat(text: string): text is ValueFormat {
  return text in valueFormats;
}

/**
 * A value in base units as a config file wants it. Limits and times are rounded up, so that rounding never makes a
 * promise smaller. Throws a RangeError where the unit is of another kind, or the value has no such text.
 */
export function formatValue(value: number, unit: string, format: ValueFormat | undefined): string | number {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is not a finite number`);
  if (format === undefined) return tidy(value);
  const asked = asks[format];
  const [first] = unit.split(/[/*]/);
  if (asked !== undefined && first !== asked) {
    throw new RangeError(`as ${format} needs a unit of ${asked}, and this is in ${unit}`);
  }
  return texts[format](value);
}

const texts: Readonly<Record<ValueFormat, (value: number) => string | number>> = {
  count: whole,
  ceil: up,
  floor: (value) => Math.floor(value + tolerance(value)),
  decimal: (value) => plainDecimal(value),
  days: (value) => up(value / 86_400),
  seconds: up,
  milliseconds: (value) => up(value * 1e3),
  nanoseconds: (value) => up(value * 1e9),
  duration: durationText,
  schedule: scheduleText,
  bytes: up,
  Ki: (value) => `${up(value / 2 ** 10)}Ki`,
  Mi: (value) => `${up(value / 2 ** 20)}Mi`,
  Gi: (value) => `${up(value / 2 ** 30)}Gi`,
  MiB: (value) => up(value / 2 ** 20),
  cores: tidy,
  millicores: (value) => `${up(value * 1e3)}m`,
  percentNumber: (value) => up(value * 100),
  percent: (value) => `${plainDecimal(tidy(value * 100))}%`,
};

/** Relative noise of a float that came through a handful of operations; nothing that people set is that fine. */
const tolerance = (value: number): number => Math.abs(value) * 1e-12;

function up(value: number): number {
  return Math.ceil(value - tolerance(value));
}

function whole(value: number): number {
  const near = Math.round(value);
  if (Math.abs(value - near) > tolerance(value)) throw new RangeError(`${value} is not a whole number`);
  return near;
}

/** Twelve digits: what remains of 0.1 + 0.2 is 0.3. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}

function plainDecimal(value: number): string {
  const text = String(tidy(value));
  if (!text.includes('e')) return text;
  return tidy(value).toFixed(20).replace(/0+$/, '').replace(/\.$/, '');
}

function durationText(value: number): string {
  const milliseconds = up(value * 1e3);
  return milliseconds % 1000 === 0 ? `${milliseconds / 1000}s` : `${milliseconds}ms`;
}

/** Cron knows no intervals, only minutes of an hour and hours of a day: the longest of these that is no longer. */
function scheduleText(value: number): string {
  const minutes = Math.floor(value / 60 + tolerance(value));
  if (minutes < 1) throw new RangeError(`cron starts nothing every ${tidy(value)} s`);
  if (minutes < 60) return `*/${largestDivisor(60, minutes)} * * * *`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `0 */${largestDivisor(24, hours)} * * *` : '0 0 * * *';
}

function largestDivisor(of: number, most: number): number {
  let divisor = most;
  while (of % divisor !== 0) divisor -= 1;
  return divisor;
}
