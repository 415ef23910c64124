import { requirePositive, requireProbability } from '../reliability/ranges.ts';
import { dayHours, type TrafficShape } from './traffic-shape.ts';

/** The same outage by the clock and by the requests that it hit. Shares of one day; several days add up. */
export interface OutageCost {
  /** Share of a day's time: duration / 24 h, weighed by the share of requests that fail. */
  readonly uptimeLoss: number;
  /** Share of a day's requests that were not answered. */
  readonly yieldLoss: number;
}

/**
 * What an outage costs by uptime and by yield: yield loss = share · ∫ r dt over it / ∫ r dt over a day.
 *
 * startHour: hour of the day; hours: duration; share: of the requests that fail in it. Fox and Brewer, Harvest, Yield,
 * and Scalable Tolerant Systems (HotOS 1999). Throws a RangeError for a duration below 0 or a share outside [0, 1].
 */
export function outageCost(traffic: TrafficShape, startHour: number, hours: number, share = 1): OutageCost {
  requireProbability('share of requests that fail', share);
  return {
    uptimeLoss: (share * hours) / dayHours,
    yieldLoss: (share * acrossDays(startHour, hours, traffic.within)) / traffic.perDay,
  };
}

/**
 * Share of a day's requests that an overloaded service sheds over a span, when it goes on serving what it can:
 * ∫ max(0, r(t) − c) dt / ∫ r dt. Requests are not queued over the peak and not retried.
 *
 * capacity: c, in the unit of the rates. Throws a RangeError for a capacity or duration below 0.
 */
export function shedLoss(traffic: TrafficShape, capacity: number, startHour = 0, hours = dayHours): number {
  requirePositive('capacity', capacity, 'zero allowed');
  const above = (from: number, span: number) => traffic.above(from, span, capacity);
  return acrossDays(startHour, hours, above) / traffic.perDay;
}

/** A time of day at which something begins, and what it then costs. */
export interface BestHour extends OutageCost {
  readonly startHour: number;
}

/**
 * The hour of the day at which planned work of a duration costs the fewest requests, and the worst one.
 *
 * The cost is extreme only where the rate is the same at both ends of the work. For rates in steps it is then extreme
 * with one end at a step's edge too; for a shape that is even around its turns, with its middle at a turn.
 * Throws a RangeError for a duration that is not in (0, 24].
 */
export function plannedWork(
  traffic: TrafficShape,
  hours: number,
): { readonly best: BestHour; readonly worst: BestHour } {
  requirePositive('duration of the work', hours);
  if (hours > dayHours) throw new RangeError(`duration of the work must not exceed 24 h, and is ${hours}`);
  const starts = traffic.turns.flatMap((turn) => [turn, turn - hours, turn - hours / 2]);
  const costs = starts.map((start) => {
    const startHour = ((start % dayHours) + dayHours) % dayHours;
    return { startHour, ...outageCost(traffic, startHour, hours) };
  });
  const by = (better: (a: BestHour, b: BestHour) => boolean) =>
    costs.reduce((kept, each) => (better(each, kept) ? each : kept));
  return {
    best: by((a, b) => a.yieldLoss < b.yieldLoss),
    worst: by((a, b) => a.yieldLoss > b.yieldLoss),
  };
}

/** An integral over a span that may begin on any day and last for several. */
function acrossDays(start: number, hours: number, within: (from: number, span: number) => number): number {
  requirePositive('duration', hours, 'zero allowed');
  if (!Number.isFinite(start)) throw new RangeError(`start must be finite, not ${start}`);
  const whole = Math.floor(hours / dayHours);
  const from = ((start % dayHours) + dayHours) % dayHours;
  const rest = hours - whole * dayHours;
  const first = Math.min(rest, dayHours - from);
  const days = whole === 0 ? 0 : whole * within(0, dayHours);
  return days + within(from, first) + (rest > first ? within(0, rest - first) : 0);
}
