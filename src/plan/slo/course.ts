import { asked, type Day, type Lack, lost, lostRatio } from './day.ts';
import type { EndedBy } from './types.ts';
import type { Noticed, Watch } from './watch.ts';

/** A part of an incident with one lack; it lasts until the next one begins. Seconds after the beginning. */
export interface Stage extends Lack {
  readonly from: number;
}

/** One way in which an event can go. Seconds. */
export interface Course {
  /** Relative to the other courses of its event. */
  readonly weight: number;
  readonly stages: readonly Stage[];
  /** Until it is over without anybody; Infinity where it never is. */
  readonly selfHealing: number;
  readonly heals: EndedBy;
  /** What people need once they work on it; absent where they can do nothing. */
  readonly mitigate?: number;
  /** Declared time until somebody works on it, whatever the alerts say. */
  readonly noticed?: number;
}

/** A course that began at one hour of the day. */
export interface Outcome {
  readonly lost: number;
  readonly asked: number;
  readonly endedBy: EndedBy;
  readonly lasts: number;
  readonly noticed?: Noticed;
}

const secondsPerHour = 3600;

/**
 * Requests that an event loses which begins at an hour of the day: until min(self-healing, detect + respond + mitigate).
 *
 * Detection counts from the beginning of the hour in which the alert's threshold is exceeded; the earliest of all hours
 * decides. A ratio that goes on rising is noticed no later than that, so the cost is an upper bound for it.
 */
export function outcomeAt(day: Day, watch: Watch, course: Course, startHour: number): Outcome {
  const { selfHealing, mitigate, heals } = course;
  const noticed = mitigate === undefined ? undefined : noticedIn(day, watch, course, startHour);
  const byPeople =
    noticed === undefined || mitigate === undefined
      ? Number.POSITIVE_INFINITY
      : noticed.detect + noticed.respond + mitigate;
  // Nothing is lost in a day, so nothing ever is.
  const lasts = Math.min(selfHealing, byPeople);
  if (lasts === Number.POSITIVE_INFINITY) return { lost: 0, asked: 0, endedBy: heals, lasts: 0 };
  const people = byPeople < selfHealing;
  return {
    lost: lostUntil(day, course.stages, startHour, lasts),
    asked: asked(day, startHour, lasts),
    endedBy: people ? 'people' : heals,
    lasts,
    ...(people && noticed !== undefined ? { noticed } : {}),
  };
}

function lostUntil(day: Day, stages: readonly Stage[], startHour: number, end: number): number {
  return stages.reduce((sum, stage, i) => {
    const until = Math.min(end, stages[i + 1]?.from ?? end);
    if (until <= stage.from) return sum;
    return sum + lost(day, startHour + stage.from / secondsPerHour, until - stage.from, stage);
  }, 0);
}

/** When somebody works on it, at the earliest; undefined where it costs nothing in a day. */
function noticedIn(day: Day, watch: Watch, course: Course, startHour: number): Noticed | undefined {
  let best: Noticed | undefined;
  let first: number | undefined;
  course.stages.forEach((stage, i) => {
    const next = course.stages[i + 1];
    for (const at of momentsOf(stage, next, course.selfHealing)) {
      // Errors that begin later bring nobody sooner.
      if (best !== undefined && at >= best.detect + best.respond) return;
      const ratio = lostRatio(day, startHour + at / secondsPerHour, stage);
      if (ratio <= 0) continue;
      first ??= at;
      const { detect, ...rest } = watch.noticed(ratio);
      if (next !== undefined && next.share < stage.share && at + detect > next.from) continue;
      if (best === undefined || at + detect + rest.respond < best.detect + best.respond) {
        best = { ...rest, detect: at + detect };
      }
    }
  });
  if (course.noticed === undefined || first === undefined) return best;
  const declared = first + course.noticed;
  if (best !== undefined && best.detect + best.respond <= declared) return best;
  return { detect: declared, respond: 0 };
}

/** The beginning of a stage, and of each hour of a day of it where its lack swings with the demand. */
function momentsOf(stage: Stage, next: Stage | undefined, selfHealing: number): number[] {
  if (stage.from >= selfHealing) return [];
  if (stage.capacity === Number.POSITIVE_INFINITY) return [stage.from];
  const end = Math.min(selfHealing, next?.from ?? Number.POSITIVE_INFINITY);
  const hours = Math.min(24, Math.ceil((end - stage.from) / secondsPerHour));
  return Array.from({ length: hours }, (_, hour) => stage.from + hour * secondsPerHour);
}
