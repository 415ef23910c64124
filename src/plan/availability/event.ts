/** Something that holds for a share of time and lasts so long each time. */
export interface Event {
  readonly name: string;
  readonly unavailability: number;
  /** Mean hours from beginning to end. */
  readonly hours: number;
}

/** Chance that any of some independent events holds: 1 - Π(1 - q). */
export function anyOf(events: readonly Event[]): number {
  return -Math.expm1(events.reduce((sum, { unavailability }) => sum + Math.log1p(-unavailability), 0)) + 0;
}

/** Chance that at least one of several independent things fails: 1 - Π(1 - q). */
export function either(...chances: readonly number[]): number {
  return -Math.expm1(chances.reduce((sum, chance) => sum + Math.log1p(-chance), 0)) + 0;
}

/**
 * The event in a world in which all events are moved along their outage frequency: q + ε·q/r.
 *
 * With q = λr/(1+λr) the rate of beginnings per hour of all time is q/r, so dU/dε of any coherent system is its outage
 * frequency Σ ∂U/∂q_i · q_i/r_i. ε: hours.
 */
export function shifted(event: Event, epsilon: number): Event {
  return { ...event, unavailability: event.unavailability * (1 + epsilon / event.hours) };
}
