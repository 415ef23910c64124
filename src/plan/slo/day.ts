import {
  steppedTraffic,
  type TrafficShape,
  cosineTraffic as waveTraffic,
} from '../../models/slo/traffic-shape.ts';
import { outageCost, shedLoss } from '../../models/slo/yield.ts';
import type { Spec } from '../../spec/types.ts';
import type { Plan } from '../types.ts';
import { planned } from './planned.ts';

const secondsPerHour = 3600;
const secondsPerDay = 86_400;

/** Requests of one region over a day that repeats. Rates in requests per second, hours from midnight. */
export interface Day {
  readonly shape: TrafficShape;
  readonly meanRate: number;
  /** Demand that the tiers are sized for. */
  readonly peakRate: number;
  /** Rate of the quietest hour in which anybody asks. */
  readonly quietestRate: number;
  /** The demand of the peak in the unit of the shape. */
  readonly peakUnit: number;
  /** Ratios that were asked for before, by hour. */
  readonly ratios: WeakMap<Lack, Map<number, number>>;
}

/** The day of a plan: the curve where the spec gives one, else its hours. */
export function dayOf(plan: Plan, { workload: { traffic } }: Spec): Day {
  const { hourly } = traffic.value;
  const { cosine } = traffic;
  const shape =
    cosine === undefined ? steppedTraffic(hourly) : waveTraffic(cosine.amplitude, cosine.peakHour);
  const meanRate = planned(plan, 'workload.requestsPerDay');
  const peakRate = planned(plan, 'workload.demand');
  return withRates({
    shape,
    meanRate,
    peakRate,
    quietestRate: Math.min(...hourly.filter((rate) => rate > 0)) * peakRate,
    peakUnit: ((shape.perDay / 24) * peakRate) / meanRate,
  });
}

/** The same day as some of its requests see it: those that an objective counts. */
export function dayWithin(day: Day, share: number): Day {
  const { meanRate, peakRate, quietestRate } = day;
  return withRates({
    ...day,
    meanRate: meanRate * share,
    peakRate: peakRate * share,
    quietestRate: quietestRate * share,
  });
}

function withRates(day: Omit<Day, 'ratios'>): Day {
  return { ...day, ratios: new WeakMap() };
}

/** What keeps requests from being answered: a share of them fails, and of the others a capacity is left. */
export interface Lack {
  readonly share: number;
  /** Over the demand of the peak; Infinity where nothing is short. */
  readonly capacity: number;
  /** What is served while the capacity is short counts, instead of what is not. */
  readonly late?: boolean;
}

/** Requests asked in a span that begins at an hour of the day. */
export function asked({ shape, meanRate }: Day, startHour: number, seconds: number): number {
  return outageCost(shape, startHour, seconds / secondsPerHour).yieldLoss * meanRate * secondsPerDay;
}

/** Requests lost in such a span: share ∫ r dt + ∫ max(0, (1 − share) r − c) dt. */
export function lost(day: Day, startHour: number, seconds: number, lack: Lack): number {
  const { share, capacity, late } = lack;
  if (late === true && capacity < Number.POSITIVE_INFINITY)
    return servedLate(day, startHour, seconds, capacity);
  const { shape, meanRate, peakUnit } = day;
  const hours = seconds / secondsPerHour;
  const failed = share === 0 ? 0 : outageCost(shape, startHour, hours, share).yieldLoss;
  const kept = 1 - share;
  const shed =
    kept <= 0 || capacity === Number.POSITIVE_INFINITY
      ? 0
      : kept * shedLoss(shape, (capacity / kept) * peakUnit, startHour, hours);
  return (failed + shed) * meanRate * secondsPerDay;
}

/** Requests served while more is asked than the capacity: c times the time above it, −d/dc ∫ max(0, r − c) dt. */
function servedLate(day: Day, startHour: number, seconds: number, capacity: number): number {
  const { shape, meanRate, peakUnit } = day;
  const unit = capacity * peakUnit;
  const step = 1e-6 * peakUnit;
  const above = (level: number) => shedLoss(shape, Math.max(0, level), startHour, seconds / secondsPerHour);
  const hoursAbove = (above(unit - step) - above(unit + step)) / (2 * step);
  return unit * hoursAbove * meanRate * secondsPerDay;
}

/** Share of the requests of the hour from `startHour` on that are lost; 0 where none is asked. */
export function lostRatio(day: Day, startHour: number, lack: Lack): number {
  if (lack.capacity === Number.POSITIVE_INFINITY) return lack.share;
  const hour = startHour % 24;
  const ofLack = day.ratios.get(lack) ?? new Map<number, number>();
  day.ratios.set(lack, ofLack);
  const known = ofLack.get(hour) ?? ratioAt(day, hour, lack);
  ofLack.set(hour, known);
  return known;
}

function ratioAt(day: Day, hour: number, lack: Lack): number {
  const all = asked(day, hour, secondsPerHour);
  if (!(all > 0)) return 0;
  const ratio = lost(day, hour, secondsPerHour, lack) / all;
  // A capacity that just suffices leaves rounding.
  return ratio < 1e-12 ? 0 : Math.min(1, ratio);
}
