import { binomialPmf, poissonBinomialPmf } from '../statistics/poisson-binomial.ts';
import { convolveAll, convolvePower, thin } from './domains-convolution.ts';
import { type CapacityDistribution, certain, fromValues, mix } from './domains-distribution.ts';
import type { ClassTable, DomainClass, MachineClass, MixtureClass } from './domains-table.ts';

/** Groups up to this size join the machines beside them in one Poisson-binomial. */
const smallGroup = 4;
/** Machines of one Poisson-binomial; longer lists are convolved from such pieces. */
const pieceLength = 64;

/** Classes of a fleet with what each of them may drop and what was already computed. */
export interface Evaluation {
  readonly table: ClassTable;
  readonly budgets: Float64Array;
  readonly known: Map<number, CapacityDistribution>;
}

/** Distribution of one class; each class below it is computed once. */
export function distributionOf(evaluation: Evaluation, id: number): CapacityDistribution {
  const found = evaluation.known.get(id);
  if (found !== undefined) return found;
  const item = evaluation.table.get(id);
  const budget = evaluation.budgets[id] as number;
  const made =
    item.kind === 'machines'
      ? machinesUp(item.count, item.capacity, item.unavailability, budget)
      : item.kind === 'domain'
        ? domainUp(evaluation, item, budget)
        : mixtureUp(evaluation, item);
  evaluation.known.set(id, made);
  return made;
}

function machinesUp(count: number, capacity: number, down: number, budget: number): CapacityDistribution {
  if (down === 1) return certain(0, count * capacity);
  return thin(fromValues(binomialPmf(count, down).reverse(), capacity), budget);
}

function mixtureUp(evaluation: Evaluation, { cases, leftOut, total }: MixtureClass): CapacityDistribution {
  const parts = cases.map(({ id }) => distributionOf(evaluation, id));
  const average = mix(
    parts,
    cases.map(({ probability }) => probability),
    total,
  );
  return { ...average, dropped: average.dropped + leftOut };
}

function domainUp(evaluation: Evaluation, domain: DomainClass, budget: number): CapacityDistribution {
  const cases = eventCases(domain);
  const parts = cases.map(({ share }) => childrenUp(evaluation, domain, share, budget));
  const weights = cases.map(({ weight }) => weight * (1 - domain.unavailability));
  if (domain.unavailability > 0) {
    parts.push(certain(0, domain.total));
    weights.push(domain.unavailability);
  }
  return parts.length === 1 ? (parts[0] as CapacityDistribution) : mix(parts, weights, domain.total);
}

/** Every subset of the partial events: its chance, and the chance that a child is hit by one of the subset. */
function eventCases(domain: DomainClass): { weight: number; share: number }[] {
  let cases = [{ weight: 1, share: 0 }];
  for (const { unavailability, share } of domain.partial) {
    cases = cases.flatMap((one) => [
      { weight: one.weight * (1 - unavailability), share: one.share },
      { weight: one.weight * unavailability, share: one.share + share * (1 - one.share) },
    ]);
  }
  return cases.filter(({ weight }) => weight > 0);
}

/** Children of a domain whose partial events hit each of them with chance `share`. */
function childrenUp(
  evaluation: Evaluation,
  domain: DomainClass,
  share: number,
  budget: number,
): CapacityDistribution {
  const parts: ((budget: number) => CapacityDistribution)[] = [];
  const singles = new Map<number, number[]>();
  for (const { id, copies } of domain.children) {
    const child = evaluation.table.get(id);
    if (child.kind !== 'machines') {
      parts.push((each) => convolvePower(hitWith(distributionOf(evaluation, id), share), copies, each));
    } else if (share === 0 && copies === 1 && child.count > smallGroup) {
      parts.push(() => distributionOf(evaluation, id));
    } else {
      addMachines(child, child.count * copies, share, singles, parts);
    }
  }
  for (const [capacity, downs] of singles) {
    for (let i = 0; i < downs.length; i += pieceLength) {
      parts.push((each) => unequalUp(downs.slice(i, i + pieceLength), capacity, each));
    }
  }
  // Every part and every joining of two parts gets the same share of what the domain may drop.
  const each = budget / (2 * parts.length);
  const made = parts.map((part) => part(each));
  return convolveAll(made, each);
}

function addMachines(
  child: MachineClass,
  count: number,
  share: number,
  singles: Map<number, number[]>,
  parts: ((budget: number) => CapacityDistribution)[],
): void {
  const { unavailability, capacity } = child;
  const down = unavailability + share * (1 - unavailability);
  if (down === 1 || count > smallGroup) {
    parts.push((each) => machinesUp(count, capacity, down, each));
    return;
  }
  const list = singles.get(capacity) ?? [];
  singles.set(capacity, list);
  for (let i = 0; i < count; i += 1) list.push(down);
}

function hitWith(one: CapacityDistribution, share: number): CapacityDistribution {
  return share === 0 ? one : mix([one, certain(0, one.total)], [1 - share, share], one.total);
}

/** Survivors of machines that each have a chance of their own. */
function unequalUp(downs: readonly number[], capacity: number, budget: number): CapacityDistribution {
  return thin(fromValues(poissonBinomialPmf(downs).reverse(), capacity), budget);
}
