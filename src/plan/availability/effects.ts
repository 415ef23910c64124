import type { CauseEvent } from './world.ts';

/** What some causes that hold at once do to a tier. */
export interface Effect {
  /** Machines that are taken for certain, the first ones. */
  readonly taken: number;
  /** Chance that another machine is spared. */
  readonly spared: number;
  /** Share of the customers that are lost although enough machines are left. */
  readonly lost: number;
}

/** No cause holds. */
export const nothing: Effect = { taken: 0, spared: 1, lost: 0 };

/** What causes do to a tier of so many machines. */
export function effectOf(machines: number, causes: readonly CauseEvent[]): Effect {
  return causes.reduce(
    (sum, { first, share, customers }) =>
      joined(sum, { taken: firstOf(machines, first), spared: 1 - share, lost: customers?.(machines) ?? 0 }),
    nothing,
  );
}

/** Both at once. */
export function joined(a: Effect, b: Effect): Effect {
  if (a === nothing) return b;
  return {
    taken: Math.max(a.taken, b.taken),
    spared: a.spared * b.spared,
    lost: a.lost + (1 - a.lost) * b.lost,
  };
}

/** Machines that a share takes: at least one, since there is no part of a machine. */
export function firstOf(machines: number, share: number): number {
  return share === 0 ? 0 : Math.min(machines, Math.max(1, Math.ceil(share * machines - 1e-9)));
}
