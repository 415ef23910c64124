import { type Evaluation, evaluateIn, narrowed, type Prepared, type Reading } from './evaluate.ts';
import type { Owner } from './types.ts';
import { changed, moved, namesIn, shortest, type World, without } from './world.ts';

/** Unavailability and outages per hour of the service and of every tier in one world, read in one way. */
export interface Behaviour {
  readonly now: Reading;
  readonly frequency: Reading;
}

/** A world read in one way, with and without what its machines have in common, and who owns what. */
export interface Analysis {
  readonly owners: ReadonlyMap<string, readonly Owner[]>;
  readonly correlated: Behaviour;
  readonly independent: Behaviour;
}

/** A world read at the peak and over the day. */
export function analyse(prepared: Prepared): { readonly peak: Analysis; readonly day: Analysis } {
  const owners = ownersIn(prepared);
  const correlated = behaviourIn(prepared, prepared.world);
  const independent = behaviourIn(prepared, onlyMachines(prepared.world));
  const analysis = (which: 'peak' | 'day'): Analysis => ({
    owners: owners[which],
    correlated: correlated[which],
    independent: independent[which],
  });
  return { peak: analysis('peak'), day: analysis('day') };
}

/**
 * How often: dU/dε of the world moved along its outage frequency, by a central difference.
 *
 * ε is a thousandth of the shortest repair time: the error of the difference is of the order 1e-6 relative, its
 * rounding below 1e-9.
 */
export function behaviourIn(prepared: Prepared, world: World) {
  const now = evaluateIn(prepared, world);
  const brief = shortest(world);
  const epsilon = Number.isFinite(brief) ? 1e-3 * brief : 0;
  const more = epsilon === 0 ? now : evaluateIn(prepared, moved(world, epsilon));
  const less = epsilon === 0 ? now : evaluateIn(prepared, moved(world, -epsilon));
  const read = (which: 'peak' | 'day'): Behaviour => ({
    now: now[which],
    frequency: slope(more[which], less[which], 2 * epsilon),
  });
  return { peak: read('peak'), day: read('day') };
}

function slope(more: Reading, less: Reading, by: number): Reading {
  const each = (a: number, b: number) => (by === 0 ? 0 : Math.max(0, (a - b) / by));
  return {
    service: each(more.service, less.service),
    tiers: new Map([...more.tiers].map(([id, value]) => [id, each(value, less.tiers.get(id) ?? 0)])),
  };
}

/** Share of the service's and each tier's unavailability that each cause owns: 1 - U without it / U. */
export function ownersIn(whole: Prepared) {
  // A share needs no more than a few digits; all worlds are read over the same combinations.
  const prepared = narrowed(whole, 1e-9);
  const { world } = prepared;
  const now = evaluateIn(prepared, world);
  const others = namesIn(world).map((name) => ({
    name,
    other: evaluateIn(prepared, without(world, name)),
  }));
  const rank = (read: (evaluation: Evaluation) => number): Owner[] =>
    others
      .map(({ name, other }) => ({ name, share: Math.max(0, 1 - read(other) / read(now)) }))
      .filter(({ share }) => share > 1e-6)
      .sort((a, b) => b.share - a.share);
  const owners = (which: 'peak' | 'day'): ReadonlyMap<string, readonly Owner[]> =>
    new Map([
      ['service', rank((evaluation) => evaluation[which].service)],
      ...world.tiers.map(({ id }) => [id, rank((each) => each[which].tiers.get(id) ?? 0)] as const),
    ]);
  return { peak: owners('peak'), day: owners('day') };
}

/** Nothing fails but machines, each on its own. */
function onlyMachines(world: World): World {
  const { machine } = world.hardware;
  return changed(world, (event) => (event === machine ? event : { ...event, unavailability: 0 }));
}
