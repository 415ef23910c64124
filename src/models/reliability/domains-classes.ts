import {
  type Attributes,
  attributesOf,
  type DomainChild,
  eventUnavailability,
  type FailureDomain,
  isDomain,
  type MachineGroup,
} from './domains.ts';
import type { ClassTable, Hit, PartialEvent } from './domains-table.ts';
import { requireCount, requireProbability } from './ranges.ts';

/** Tells which crossing causes hit the machines with these attributes. */
export type HitFinder = (attributes: Attributes) => readonly Hit[];

/** More partial events than this in one domain would mean more than a thousand cases for it. */
const mostPartialEvents = 10;

/**
 * Enters a fleet into a table, so that each kind of rack or zone is there once; returns the number of its root.
 *
 * Throws a RangeError for impossible counts, capacities, rates or probabilities, for a domain without machines, and
 * for copies of the root.
 */
export function classify(table: ClassTable, root: FailureDomain, findHits: HitFinder = () => []): number {
  if ((root.copies ?? 1) !== 1) throw new RangeError('number of equal domains must be 1 at the root');
  return classifyChild(table, root, {}, findHits);
}

function classifyChild(
  table: ClassTable,
  child: DomainChild,
  inherited: Attributes,
  findHits: HitFinder,
): number {
  const own = attributesOf(child, inherited);
  if (!isDomain(child)) return classifyMachines(table, child, findHits(own));
  if (child.children.length === 0) throw new RangeError(`domain ${child.name} must hold machines`);
  const members = child.children.map((inner) => {
    const copies = isDomain(inner) ? (inner.copies ?? 1) : 1;
    requireCount('number of equal domains', copies, 1);
    return { id: classifyChild(table, inner, own, findHits), copies };
  });
  const { whole, partial } = combineEvents(child);
  return table.addDomain(whole, partial, members);
}

function classifyMachines(table: ClassTable, group: MachineGroup, hits: readonly Hit[]): number {
  const { count, unavailability, capacity = 1 } = group;
  requireCount('number of machines', count, 1);
  requireCount('capacity of a machine', capacity, 1);
  requireProbability('unavailability of a machine', unavailability);
  return table.addMachines(count, capacity, unavailability, hits);
}

/** Events that take the whole domain become one; the partial ones stay apart. */
function combineEvents(domain: FailureDomain): { whole: number; partial: PartialEvent[] } {
  let logUp = 0;
  const partial: PartialEvent[] = [];
  for (const event of domain.events) {
    const unavailability = eventUnavailability(event);
    const share = event.share ?? 1;
    requireProbability(`share of event ${event.name}`, share);
    if (share === 1) logUp += Math.log1p(-unavailability);
    else if (share > 0 && unavailability > 0) partial.push({ unavailability, share });
  }
  if (partial.length > mostPartialEvents) {
    throw new RangeError(`partial events of domain ${domain.name} must be at most ${mostPartialEvents}`);
  }
  return { whole: -Math.expm1(logUp) + 0, partial };
}
