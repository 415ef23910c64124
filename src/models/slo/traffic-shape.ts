import { requirePositive } from '../reliability/ranges.ts';

export const dayHours = 24;

/** The rate of requests over a day that repeats, in any unit of rate. Times in hours from midnight, any real number. */
export interface TrafficShape {
  /** Requests of one day in rate times hours. */
  readonly perDay: number;
  /** Highest rate of the day. */
  readonly peak: number;
  /** Times of day, in order, between which the rate is monotone: where a best or worst moment can begin or end. */
  readonly turns: readonly number[];
  /** Requests from a time on, over `hours` that do not pass the end of their day. */
  readonly within: (from: number, hours: number) => number;
  /** Requests above a capacity in the same span: ∫ max(0, r(t) − c) dt. */
  readonly above: (from: number, hours: number, capacity: number) => number;
}

/**
 * A day in equal steps, such as 24 hours, each at a constant rate.
 *
 * Throws a RangeError for no step, a rate below 0, or a day without requests.
 */
export function steppedTraffic(rates: readonly number[]): TrafficShape {
  for (const rate of rates) requirePositive('request rate of a step', rate, 'zero allowed');
  const step = dayHours / rates.length;
  const integral = (from: number, hours: number, of: (rate: number) => number): number => {
    let sum = 0;
    const end = from + hours;
    for (let i = Math.floor(from / step); i * step < end && i < rates.length; i += 1) {
      const overlap = Math.min(end, (i + 1) * step) - Math.max(from, i * step);
      sum += of(rates[i] as number) * Math.max(0, overlap);
    }
    return sum;
  };
  const perDay = integral(0, dayHours, (rate) => rate);
  requirePositive('requests of a day', perDay);
  return {
    perDay,
    peak: Math.max(...rates),
    turns: rates.map((_, i) => i * step),
    within: (from, hours) => integral(from, hours, (rate) => rate),
    above: (from, hours, capacity) => integral(from, hours, (rate) => Math.max(0, rate - capacity)),
  };
}

/**
 * The usual day, r(t) = 1 + a cos(2π (t − t₀) / 24 h): its mean is 1, its peak 1 + a at t₀.
 *
 * amplitude: a in [0, 1]; peakHour: t₀. Integrals in closed form. Throws a RangeError for an amplitude outside [0, 1].
 */
export function cosineTraffic(amplitude: number, peakHour = 12): TrafficShape {
  if (!(amplitude >= 0 && amplitude <= 1)) {
    throw new RangeError(`amplitude of the traffic must lie in [0, 1], not ${amplitude}`);
  }
  const turn = (2 * Math.PI) / dayHours;
  const area = (from: number, to: number): number =>
    to - from + (amplitude / turn) * (Math.sin(turn * (to - peakHour)) - Math.sin(turn * (from - peakHour)));
  const above = (from: number, hours: number, capacity: number): number => {
    if (capacity <= 1 - amplitude) return area(from, from + hours) - capacity * hours;
    if (capacity >= 1 + amplitude) return 0;
    const half = Math.acos((capacity - 1) / amplitude) / turn;
    let sum = 0;
    const first = Math.floor((from - peakHour - half) / dayHours);
    for (let day = first; peakHour + day * dayHours - half < from + hours; day += 1) {
      const begin = Math.max(from, peakHour + day * dayHours - half);
      const end = Math.min(from + hours, peakHour + day * dayHours + half);
      if (end > begin) sum += area(begin, end) - capacity * (end - begin);
    }
    return sum;
  };
  const peak = ((peakHour % dayHours) + dayHours) % dayHours;
  return {
    perDay: dayHours,
    peak: 1 + amplitude,
    turns: [peak, (peak + dayHours / 2) % dayHours].sort((a, b) => a - b),
    within: (from, hours) => area(from, from + hours),
    above,
  };
}
