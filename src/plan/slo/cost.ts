import type { LossMode } from '../../models/slo/miss-chance.ts';
import { type Course, type Outcome, outcomeAt } from './course.ts';
import type { Day, Lack } from './day.ts';
import { hoursPerYear, type Mode, type ModeEvent, secondsPerHour } from './mode.ts';
import type { Watch } from './watch.ts';

/** An outcome with its weight among those of its event. */
export interface Weighed extends Outcome {
  readonly weight: number;
}

/** What events of one kind cost: every way they go, at every hour of the day. */
export interface EventCost {
  readonly event: ModeEvent;
  /** Weights add up to 1; none where it cannot happen. */
  readonly outcomes: readonly Weighed[];
  /** Mean requests that one event loses. */
  readonly perEvent: number;
}

/** What one way to fail costs. */
export interface ModeCost {
  readonly mode: Mode;
  readonly events: readonly EventCost[];
}

const hoursOfDay = Array.from({ length: 24 }, (_, hour) => hour);

/** Works a mode out. Events begin at any hour of the day with the same chance. */
export function costOf(mode: Mode, day: Day, watch: Watch): ModeCost {
  return { mode, events: mode.events.map((event) => eventCost(event, day, watch)) };
}

function eventCost(event: ModeEvent, day: Day, watch: Watch): EventCost {
  const weights = event.courses.reduce((sum, { weight }) => sum + weight, 0);
  if (event.perYear === 0 || weights === 0) return { event, outcomes: [], perEvent: 0 };
  const outcomes = merged(event.courses).flatMap((course) => {
    // What costs nothing costs nothing at any hour.
    const hours = course.stages.some(isLack) ? hoursOfDay : hoursOfDay.slice(0, 1);
    const weight = course.weight / weights / hours.length;
    return hours.map((hour) => ({ ...outcomeAt(day, watch, course, hour), weight }));
  });
  return { event, outcomes, perEvent: outcomes.reduce((sum, { lost, weight }) => sum + lost * weight, 0) };
}

/** Courses that are alike in all but their weight are one: the racks of a zone, the zones of a tier. */
function merged(courses: readonly Course[]): Course[] {
  const found = new Map<string, Course>();
  for (const course of courses) {
    const { weight, ...rest } = course;
    // JSON would make null of an Infinity, which is no other value here.
    const key = JSON.stringify(rest);
    found.set(key, { ...course, weight: weight + (found.get(key)?.weight ?? 0) });
  }
  return [...found.values()];
}

function isLack({ share, capacity }: Lack): boolean {
  return share > 0 || capacity < Number.POSITIVE_INFINITY;
}

/** Expected events in a window. */
export function perWindow(perYear: number, windowSeconds: number): number {
  return (perYear * windowSeconds) / (hoursPerYear * secondsPerHour);
}

/** The losses of a mode as shares of the requests of a window; hours that cost nothing are one. */
export function lossModes({ events }: ModeCost, windowSeconds: number, asked: number): LossMode[] {
  return events.flatMap(({ event, outcomes }) => {
    const costly = outcomes.filter(({ lost }) => lost > 0);
    if (costly.length === 0) return [];
    const quiet = 1 - costly.reduce((sum, { weight }) => sum + weight, 0);
    const losses = costly.map(({ lost, weight }) => ({ loss: lost / asked, weight }));
    return [
      {
        perPeriod: perWindow(event.perYear, windowSeconds),
        losses: quiet > 0 ? [...losses, { loss: 0, weight: quiet }] : losses,
      },
    ];
  });
}
