/** What a crossing cause does to a group of machines: `share` is the chance that it takes a machine. */
export interface Hit {
  readonly cause: number;
  readonly share: number;
}

/** Machines that cannot be told apart. */
export interface MachineClass {
  readonly kind: 'machines';
  readonly count: number;
  readonly capacity: number;
  readonly unavailability: number;
  readonly hits: readonly Hit[];
  /** Bit i is set when cause i matters here. */
  readonly causes: number;
  /** Largest capacity. */
  readonly total: number;
}

/** Domains that cannot be told apart: the same events over the same children. */
export interface DomainClass {
  readonly kind: 'domain';
  /** Chance that some event has taken the whole domain. */
  readonly unavailability: number;
  readonly partial: readonly PartialEvent[];
  readonly children: readonly ClassCount[];
  readonly causes: number;
  readonly total: number;
}

/** A domain that is one class or another, depending on which causes hold. */
export interface MixtureClass {
  readonly kind: 'mixture';
  readonly cases: readonly { readonly id: number; readonly probability: number }[];
  /** What the probabilities lack to 1. */
  readonly leftOut: number;
  readonly causes: number;
  readonly total: number;
}

export type FleetClass = MachineClass | DomainClass | MixtureClass;

export interface PartialEvent {
  readonly unavailability: number;
  readonly share: number;
}

export interface ClassCount {
  readonly id: number;
  readonly copies: number;
}

/** Classes by number; every class comes after those that it refers to. */
export class ClassTable {
  readonly classes: FleetClass[] = [];
  readonly #known = new Map<string, number>();

  get(id: number): FleetClass {
    return this.classes[id] as FleetClass;
  }

  addMachines(count: number, capacity: number, unavailability: number, hits: readonly Hit[] = []): number {
    const hitKey = hits.map(({ cause, share }) => `${cause}*${share}`).join();
    return this.#add(`m${count},${capacity},${unavailability},${hitKey}`, () => ({
      kind: 'machines',
      count,
      capacity,
      unavailability,
      hits,
      causes: hits.reduce((bits, { cause }) => bits | (1 << cause), 0),
      total: count * capacity,
    }));
  }

  addDomain(
    unavailability: number,
    partial: readonly PartialEvent[],
    members: readonly ClassCount[],
  ): number {
    const counts = new Map<number, number>();
    for (const { id, copies } of members) counts.set(id, (counts.get(id) ?? 0) + copies);
    const children = [...counts].map(([id, copies]) => ({ id, copies })).sort((a, b) => a.id - b.id);
    const eventKey = partial.map((event) => `${event.unavailability}*${event.share}`).join();
    const childKey = children.map(({ id, copies }) => `${id}x${copies}`).join();
    return this.#add(`d${unavailability};${eventKey};${childKey}`, () => ({
      kind: 'domain',
      unavailability,
      partial,
      children,
      causes: children.reduce((bits, { id }) => bits | this.get(id).causes, 0),
      total: children.reduce((sum, { id, copies }) => sum + copies * this.get(id).total, 0),
    }));
  }

  /** A mixture; cases of the same class are merged, and a single certain case is that class itself. */
  addMixture(cases: readonly { id: number; probability: number }[], leftOut: number): number {
    const merged = new Map<number, number>();
    for (const { id, probability } of cases) merged.set(id, (merged.get(id) ?? 0) + probability);
    const list = [...merged].map(([id, probability]) => ({ id, probability }));
    const first = list[0];
    if (first === undefined) throw new RangeError('number of cases must be at least 1');
    if (list.length === 1 && leftOut === 0) return first.id;
    return this.#add(
      `x${leftOut};${list.map(({ id, probability }) => `${id}*${probability}`).join()}`,
      () => ({
        kind: 'mixture',
        cases: list,
        leftOut,
        causes: 0,
        total: this.get(first.id).total,
      }),
    );
  }

  #add(key: string, make: () => FleetClass): number {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.classes.push(make());
    this.#known.set(key, this.classes.length - 1);
    return this.classes.length - 1;
  }
}
