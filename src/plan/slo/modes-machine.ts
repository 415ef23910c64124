import { binomialPmf } from '../../models/statistics/poisson-binomial.ts';
import type { TierFacts } from '../availability/tier-facts.ts';
import { pathCapacityWith, pathShareWith, upWithGuests } from './capacity.ts';
import type { Course } from './course.ts';
import { lostInFlight } from './in-flight.ts';
import { hoursPerYear, type Mode, type ModeEvent, type Model, secondsPerHour } from './mode.ts';

/** Events a year below which a state is left out. */
const negligible = 1e-9;

/** Single machines: what is in flight on them, and the times in which too many are away at once. */
export function machineMode(model: Model): Mode {
  const alone = model.parts.facts.filter(({ host }) => host === undefined);
  const rate = machinesPerYear(model);
  return {
    mode: 'machine',
    title: 'machine lost',
    perYear: alone.reduce((sum, { nodes }) => sum + nodes * rate, 0),
    events: alone.flatMap((facts) => [...inFlightOf(model, facts), ...tooFew(model, facts)]),
    why: 'a lost machine takes what is in flight on it; more is lost only while too many are away at once',
  };
}

/** Failures a year of one machine while it is up. */
function machinesPerYear({ parts: { hardware } }: Model): number {
  const { unavailability, hours } = hardware.machine;
  return (unavailability / (1 - unavailability) / hours) * hoursPerYear;
}

function inFlightOf(model: Model, facts: TierFacts): ModeEvent[] {
  const seconds = lostInFlight(model, facts);
  const share = pathShareWith(model, new Map([[facts.id, 1 / facts.machines]]));
  if (seconds === 0 || share === 0) return [];
  const { unavailability } = model.parts.hardware.machine;
  const up = facts.machines * (1 - unavailability);
  const stages = [{ from: 0, share, capacity: Number.POSITIVE_INFINITY }];
  return [
    {
      tier: facts.id,
      title: `${facts.title}: requests in flight`,
      perYear: up * machinesPerYear(model),
      courses: [{ weight: 1, stages, selfHealing: seconds, heals: 'software' }],
    },
  ];
}

/**
 * Losses that find j − 1 of n machines away already: n C(n−1, j−1) q^(j−1) (1−q)^(n−j) · q / r a year, each until one of the j is
 * back, r / j, so that rate times length is the chance that j are away. q unavailability, r repair of a machine.
 */
function tooFew(model: Model, facts: TierFacts): ModeEvent[] {
  const { unavailability: q, hours } = model.parts.hardware.machine;
  const { machines } = facts;
  if (q === 0) return [];
  const others = binomialPmf(machines - 1, q);
  const courses: Course[] = [];
  for (let away = 1; away <= machines; away += 1) {
    const weight = machines * (others[away - 1] as number) * (q / hours) * hoursPerYear;
    if (weight < negligible) continue;
    const capacity = pathCapacityWith(model, upWithGuests(model, facts, machines - away));
    if (capacity >= 1) continue;
    courses.push({
      weight,
      stages: [{ from: 0, share: 0, capacity }],
      selfHealing: (hours / away) * secondsPerHour,
      heals: 'itself',
      mitigate: model.mitigation.capacity,
    });
  }
  if (courses.length === 0) return [];
  const perYear = courses.reduce((sum, { weight }) => sum + weight, 0);
  return [{ tier: facts.id, title: `${facts.title}: too few left`, perYear, courses }];
}
