import type { MissChance } from '../plan/slo/types.ts';
import { formatQuantity } from '../units/format.ts';
import { numberText } from '../units/number-text.ts';
import { Decimal } from '../units/unit.ts';

type Bounds = MissChance['chance'];

/** A time for people; nothing where there is none. */
export function timeText(seconds: number | undefined): string {
  if (seconds === undefined) return '-';
  if (seconds > 0 && seconds < 0.001) return '< 1 ms';
  return Number.isFinite(seconds) ? formatQuantity(seconds, 's') : 'never';
}

/** Events in a year: `4`, `0.12`. */
export function rateText(perYear: number): string {
  if (perYear > 0 && perYear < 0.001) return '< 0.001';
  return numberText(Number(perYear.toPrecision(3)));
}

/** A share to three digits, also above the whole: `139 %`; what hardly counts is only said to be little. */
export function partText(share: number): string {
  if (share > 0 && share < 1e-4) return '< 0.01 %';
  return Number.isFinite(share) ? `${numberText(Number((share * 100).toPrecision(3)))} %` : '-';
}

/** Whole requests with all their digits; `exact` is what they were before rounding. */
export function requestsText(requests: number, exact = requests): string {
  if (exact > 0 && requests < 1) return '< 1';
  const whole = new Decimal(requests).toDecimalPlaces(0).toFixed();
  return whole.replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** Minutes with two decimals; `exact` is what the seconds were before rounding. */
export function minutesText(seconds: number, exact = seconds): string {
  if (exact > 0 && seconds < 0.3) return '< 0.01';
  return new Decimal(seconds).div(60).toFixed(2);
}

/** A chance between bounds; one number where three digits do not tell the bounds apart. */
export function boundsText({ low, high }: Bounds): string {
  const [from, to] = [partText(low), partText(high)];
  return from === to ? from : `${from} to ${to}`;
}

/** An objective given as decimal text in percent, digit by digit: `99.95 %`. */
export function objectiveText(objective: string): string {
  return `${new Decimal(objective).times(100).toFixed()} %`;
}

/** An hour of the day: `14:00`. */
export function hourText(hour: number): string {
  const minutes = Math.round((((hour % 24) + 24) % 24) * 60) % 1440;
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** A window of a rule as rules write it: `5m`, `1h`, `30d`. */
export function windowText(seconds: number): string {
  for (const [unit, length] of [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
  ] as const) {
    if (seconds % length === 0) return `${seconds / length}${unit}`;
  }
  return `${seconds}s`;
}
