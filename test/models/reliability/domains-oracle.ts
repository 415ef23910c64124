import type { CrossingCause } from '../../../src/models/reliability/crossing.ts';
import type { DomainChild, DomainEvent, FailureDomain } from '../../../src/models/reliability/domains.ts';

/** One machine and what takes it: it is down when all of the variables of one of these sets are true. */
interface Machine {
  readonly capacity: number;
  readonly sets: readonly (readonly number[])[];
}

/** A fleet as independent yes/no variables: its own expansion, written without regard to how the models work. */
export interface ExpandedFleet {
  readonly chances: number[];
  readonly machines: Machine[];
}

const chanceOf = (event: { unavailability?: number | undefined }): number => event.unavailability ?? 0;

/** Every machine, event, hit of a partial event and hit of a cause becomes a variable. */
export function expandFleet(root: FailureDomain, causes: readonly CrossingCause[]): ExpandedFleet {
  const chances: number[] = [];
  const machines: Machine[] = [];
  const variable = (chance: number): number => chances.push(chance) - 1;
  const active = causes.map((cause) => variable(chanceOf(cause)));

  const place = (child: DomainChild, above: number[][], tags: Record<string, string>): void => {
    if (!('children' in child)) {
      placeMachine(child, above, { ...tags, ...child.attributes });
      return;
    }
    const own = child.kind === undefined ? tags : { ...tags, [child.kind]: child.name };
    const inside = { ...own, ...child.attributes };
    const events = child.events.map((event) => ({ event, index: variable(chanceOf(event)) }));
    for (const inner of child.children) {
      const times = 'children' in inner ? (inner.copies ?? 1) : inner.count;
      for (let i = 0; i < times; i += 1) {
        const sets = [...above, ...events.map(({ event, index }) => hitBy(event, index))];
        place('children' in inner ? inner : { ...inner, count: 1 }, sets, inside);
      }
    }
  };
  const hitBy = (event: DomainEvent, index: number): number[] =>
    event.share === undefined || event.share === 1 ? [index] : [index, variable(event.share)];
  const placeMachine = (
    { unavailability, capacity = 1 }: { unavailability: number; capacity?: number },
    above: number[][],
    tags: Record<string, string>,
  ): void => {
    const sets = [...above, [variable(unavailability)]];
    causes.forEach(({ affects, share = 1 }, i) => {
      const fits = Object.entries(affects).every(([key, values]) =>
        values.some((value) => value === tags[key]),
      );
      if (fits) sets.push(share === 1 ? [active[i] as number] : [active[i] as number, variable(share)]);
    });
    machines.push({ capacity, sets });
  };
  place(root, [], {});
  return { chances, machines };
}

/** Capacity that is up when the variables are as given. */
export function capacityUp({ machines }: ExpandedFleet, isTrue: (variable: number) => boolean): number {
  let up = 0;
  for (const { capacity, sets } of machines) if (!sets.some((set) => set.every(isTrue))) up += capacity;
  return up;
}

/** Distribution of the capacity by going through all states. */
export function enumerateStates(fleet: ExpandedFleet): Float64Array {
  const total = fleet.machines.reduce((sum, { capacity }) => sum + capacity, 0);
  const pmf = new Float64Array(total + 1);
  for (let state = 0; state < 1 << fleet.chances.length; state += 1) {
    const isTrue = (variable: number): boolean => ((state >> variable) & 1) === 1;
    const chance = fleet.chances.reduce((product, p, i) => product * (isTrue(i) ? p : 1 - p), 1);
    const up = capacityUp(fleet, isTrue);
    pmf[up] = (pmf[up] as number) + chance;
  }
  return pmf;
}

/** Random fleets with causes, small enough to enumerate: at most `mostVariables` variables. */
export function randomFleet(
  random: () => number,
  mostVariables: number,
): { root: FailureDomain; causes: CrossingCause[] } {
  for (;;) {
    const root = randomDomain(random, 'fleet', 2);
    const causes = Array.from({ length: Math.floor(random() * 4) }, (_, i) => randomCause(random, i));
    const { chances } = expandFleet({ ...root, copies: 1 }, causes);
    if (chances.length <= mostVariables) return { root: { ...root, copies: 1 }, causes };
  }
}

const pick = (random: () => number, from: readonly string[]): string =>
  from[Math.floor(random() * from.length)] as string;

function randomDomain(random: () => number, kind: string, depth: number): FailureDomain {
  const events = Array.from({ length: Math.floor(random() * 2.3) }, (_, i) => ({
    name: `${kind} event ${i}`,
    unavailability: random() * 0.5,
    ...(random() < 0.4 ? { share: random() } : {}),
  }));
  const children = Array.from({ length: 1 + Math.floor(random() * 2.5) }, (): DomainChild => {
    if (depth > 0 && random() < 0.6) return randomDomain(random, depth === 2 ? 'zone' : 'rack', depth - 1);
    return {
      count: 1 + Math.floor(random() * 2),
      unavailability: random() * 0.5,
      capacity: 1 + Math.floor(random() * 3),
      attributes: { version: pick(random, ['v1', 'v2']) },
    };
  });
  return { name: pick(random, ['a', 'b', 'c']), kind, events, children, copies: random() < 0.2 ? 2 : 1 };
}

function randomCause(random: () => number, index: number): CrossingCause {
  const selections = [
    {},
    { version: ['v1'] },
    { version: ['v2'] },
    { zone: ['a', 'b'] },
    { zone: ['c'], version: ['v1'] },
  ];
  return {
    name: `cause ${index}`,
    unavailability: random(),
    affects: selections[Math.floor(random() * selections.length)] as Record<string, string[]>,
    ...(random() < 0.3 ? { share: random() } : {}),
  };
}
