import { enumerateCombinations } from './crossing-combinations.ts';
import type { ClassTable, DomainClass, MachineClass } from './domains-table.ts';

/** A fleet without causes: what they do has become mixtures of classes. */
export interface Conditioned {
  readonly root: number;
  /** Number of combinations of causes that were taken, over all homes. */
  readonly combinations: number;
}

/**
 * Conditions a fleet on its crossing causes, each in the smallest subtree that holds all machines that it can hit.
 *
 * A cause of one zone is a matter of that zone alone: conditioning on it there instead of at the root keeps it out of
 * all combinations with the causes of other zones. A subtree that occurs several times cannot be the home of a
 * cause, because the cause hits all its copies at once. In each home the combinations come most probable first and
 * stop when those left out weigh at most tolerance / number of homes. Classes that turn out alike under different
 * combinations are one class of the table, and are computed once.
 */
export function condition(
  table: ClassTable,
  root: number,
  probabilities: readonly number[],
  tolerance: number,
): Conditioned {
  const homes = findHomes(table, root);
  const known = new Map<number, Map<number, number>>();
  let combinations = 0;

  const resolve = (id: number, active: number): number => {
    const item = table.get(id);
    const relevant = active & item.causes;
    const cache = known.get(id) ?? new Map<number, number>();
    known.set(id, cache);
    const found = cache.get(relevant);
    if (found !== undefined) return found;
    const made =
      item.kind === 'machines'
        ? table.addMachines(item.count, item.capacity, downUnder(item, relevant))
        : resolveDomain(id, item as DomainClass, relevant);
    cache.set(relevant, made);
    return made;
  };

  const resolveDomain = (id: number, item: DomainClass, active: number): number => {
    const plain = (causes: number) =>
      table.addDomain(
        item.unavailability,
        item.partial,
        item.children.map((child) => ({ id: resolve(child.id, causes), copies: child.copies })),
      );
    const own = homes.get(id);
    if (own === undefined) return plain(active);
    const chances = probabilities.map((p, cause) => ((own & (1 << cause)) === 0 ? 0 : p));
    const taken = enumerateCombinations(chances, tolerance / homes.size);
    combinations += taken.combinations.length;
    const cases = taken.combinations.map((one) => ({
      id: plain(active | one.active),
      probability: one.probability,
    }));
    return table.addMixture(cases, taken.leftOut);
  };

  const resolved = resolve(root, 0);
  return { root: resolved, combinations };
}

/** Bits of the causes to condition on, by class: those that cannot be left to a single child. */
function findHomes(table: ClassTable, root: number): Map<number, number> {
  const homes = new Map<number, number>();
  const places = countPlaces(table, root);
  const assign = (id: number, causes: number): void => {
    const { children } = table.get(id) as DomainClass;
    let once = 0;
    let here = 0;
    for (const child of children) {
      const { causes: below, kind } = table.get(child.id);
      const single = kind === 'domain' && places.get(child.id) === 1;
      here |= below & causes & (single ? once : -1);
      once |= below & causes;
    }
    if (here !== 0) homes.set(id, here);
    for (const child of children) {
      const passed = table.get(child.id).causes & causes & ~here;
      if (passed !== 0) assign(child.id, passed);
    }
  };
  assign(root, table.get(root).causes);
  return homes;
}

/** How often each class stands in the fleet. */
function countPlaces(table: ClassTable, root: number): Map<number, number> {
  const places = new Map([[root, 1]]);
  for (let id = root; id >= 0; id -= 1) {
    const item = table.get(id);
    const count = places.get(id);
    if (count === undefined || item.kind !== 'domain') continue;
    for (const child of item.children) {
      places.set(child.id, (places.get(child.id) ?? 0) + count * child.copies);
    }
  }
  return places;
}

/** Chance that a machine is down: 1 - (1-q) Π(1-share) over the active causes. */
function downUnder(machines: MachineClass, active: number): number {
  let up = 0;
  for (const { cause, share } of machines.hits) if ((active & (1 << cause)) !== 0) up += Math.log1p(-share);
  // Without an active cause the machine's own figure passes unchanged, to the last bit.
  return up === 0 ? machines.unavailability : -Math.expm1(up + Math.log1p(-machines.unavailability));
}
