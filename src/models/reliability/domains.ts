import { requirePositive, requireProbability } from './ranges.ts';

/** Something that happens to a domain as a whole, such as the loss of its power. */
export type DomainEvent = {
  readonly name: string;
  /**
   * Chance with which the event hits each direct child (a domain, or a machine), independently of the others.
   * 1, the default, takes the whole domain.
   */
  readonly share?: number;
} & EventLikelihood;

/** Either the share of time in which the event holds, or how often it begins and how long it lasts. */
export type EventLikelihood =
  | { readonly unavailability: number; readonly ratePerHour?: undefined; readonly repairHours?: undefined }
  | { readonly ratePerHour: number; readonly repairHours: number; readonly unavailability?: undefined };

/** Equal machines that fail independently of each other inside the domain that holds them. */
export interface MachineGroup {
  readonly count: number;
  /** Share of time in which a machine is down for causes of its own. */
  readonly unavailability: number;
  /** Capacity of one machine in whole units; 1 counts machines. */
  readonly capacity?: number;
  /** What crossing causes select by, such as `{ version: 'v2' }`. */
  readonly attributes?: Attributes;
}

/** A place that fails as one: rack, power, switch, zone, region. */
export interface FailureDomain {
  readonly name: string;
  /** Level of the domain. Its machines carry the attribute `kind: name`, such as `zone: a`. */
  readonly kind?: string;
  readonly events: readonly DomainEvent[];
  readonly children: readonly DomainChild[];
  /** Number of such domains beside each other; 1 where it is absent. */
  readonly copies?: number;
  readonly attributes?: Attributes;
}

export type DomainChild = FailureDomain | MachineGroup;
export type Attributes = Readonly<Record<string, string>>;

/**
 * Share of time in which an event holds: q = λr / (1 + λr).
 *
 * λ: events per hour of absence of the event; r: mean hours until it is repaired (or the unavailability itself, when
 * that is given). Alternating renewal in steady state, any distributions with these means.
 * Throws a RangeError for a negative rate, a repair time that is not above 0, or an unavailability outside [0, 1].
 */
export function eventUnavailability(event: EventLikelihood): number {
  if (event.unavailability !== undefined) {
    requireProbability('unavailability of an event', event.unavailability);
    return event.unavailability;
  }
  requirePositive('rate of an event', event.ratePerHour, 'zero allowed');
  requirePositive('repair time of an event', event.repairHours);
  const load = event.ratePerHour * event.repairHours;
  return load / (1 + load);
}

/** Whether a child is a domain rather than a group of machines. */
export function isDomain(child: DomainChild): child is FailureDomain {
  return 'children' in child;
}

/** Attributes of a child: those of the domains above it, its own level, and what it declares. */
export function attributesOf(child: DomainChild, inherited: Attributes): Attributes {
  if (!isDomain(child))
    return child.attributes === undefined ? inherited : { ...inherited, ...child.attributes };
  const level = child.kind === undefined ? {} : { [child.kind]: child.name };
  return { ...inherited, ...level, ...child.attributes };
}
