import type { Spec } from '../../spec/types.ts';
import { type Cause, isChange } from './causes.ts';
import { prepareTier } from './curve.ts';
import { evaluateIn } from './evaluate.ts';
import type { Parts } from './parts.ts';
import { type TierFacts, withMachines } from './tier-facts.ts';
import type { Mending } from './types.ts';

/** One remedy besides more machines: what it costs, and the parts with it. */
interface Lever {
  readonly name: string;
  readonly cost: number;
  readonly apply: (parts: Parts, facts: TierFacts) => Parts;
}

/** Stages of a push that has none: a canary for an hour, then a quarter for four hours. */
const usualStages = [
  { share: 0.05, bakeHours: 1 },
  { share: 0.25, bakeHours: 4 },
];
const usualShards = 8;

/**
 * The cheapest remedy with which a tier meets its objective at the peak, else the strongest that was tried.
 *
 * Every set of levers (spread, stage, shard, detect sooner, fail over by software) is evaluated with as few more
 * machines as suffice; cost is in machines, from `mending` of the spec. All levers together come first: what they
 * cost bounds the search, and where they do not suffice nothing does.
 */
export function cheapestMending(parts: Parts, facts: TierFacts, allowed: number): Mending {
  const sets = subsets(leversFor(parts, facts))
    .map((chosen) => ({ chosen, cost: chosen.reduce((sum, { cost }) => sum + cost, 0) }))
    .sort((a, b) => a.cost - b.cost);
  const strongest = sets.reduce((most, set) => (set.chosen.length > most.chosen.length ? set : most));
  const attempts = ({ chosen, cost }: (typeof sets)[number]) => {
    const changed = chosen.reduce((now, lever) => lever.apply(now, facts), parts);
    return (spares: number): Mending => {
      const machines = facts.machines + spares;
      const unavailability = unavailabilityOf(changed, sized(parts, facts, machines));
      const measures = [...(spares > 0 ? [spareText(spares)] : []), ...chosen.map(({ name }) => name)];
      return { measures, machines, cost: cost + spares, unavailability, meets: unavailability <= allowed };
    };
  };
  const step = stepOf(facts);
  let best = fewestSpares(0, mostSpares(facts), step, attempts(strongest));
  if (!best.meets) return best;
  // With fewer levers no fewer machines suffice.
  const least = best.machines - facts.machines;
  for (const set of sets) {
    // Only what costs less is worth a look.
    const most = Math.min(mostSpares(facts), Math.ceil(best.cost - set.cost - 1e-9) - 1);
    if (most < least) continue;
    const found = fewestSpares(least, most, step, attempts(set));
    if (found.meets) best = found;
  }
  return best;
}

/** An even number of voters is no better than the odd one below it. */
function stepOf({ rule }: TierFacts): number {
  return rule === 'majority' ? 2 : 1;
}

/** Machines that are tried at most; a tier on the machines of another cannot have more of them. */
function mostSpares({ machines, host }: TierFacts): number {
  return host === undefined ? Math.max(4, machines) : 0;
}

/** Unavailability of a tier at the peak. */
export function unavailabilityOf(parts: Parts, facts: TierFacts): number {
  // What is left out weighs nothing beside any objective that can be asked for.
  const prepared = prepareTier(parts, facts, 1e-9);
  return evaluateIn(prepared, prepared.world).service;
}

/** The fewest of least … most more machines with which an attempt meets, by bisection; else whichever end is better. */
function fewestSpares(
  least: number,
  most: number,
  step: number,
  attempt: (spares: number) => Mending,
): Mending {
  const fewest = attempt(least);
  let high = Math.floor((most - least) / step);
  if (fewest.meets || high < 1) return fewest;
  let found = attempt(least + high * step);
  if (!found.meets) return found.unavailability < fewest.unavailability ? found : fewest;
  let low = 0;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    const tried = attempt(least + middle * step);
    if (tried.meets) {
      high = middle;
      found = tried;
    } else low = middle;
  }
  return found;
}

function sized(parts: Parts, facts: TierFacts, machines: number): TierFacts {
  return machines === facts.machines ? facts : withMachines(parts.plan, facts, machines);
}

function spareText(spares: number): string {
  return spares === 1 ? '1 more machine' : `${spares} more machines`;
}

function leversFor(parts: Parts, facts: TierFacts): Lever[] {
  const { causes, failovers, places, zoneNames } = parts;
  const { mending } = parts.spec;
  const reaching = causes.filter(({ tiers, rate }) => rate > 0 && tiers.includes(facts.id));
  const several = facts.machines > places.zones && facts.host === undefined;
  const packed = places.machinesPerRack > 1 || places.racksPerPower > 1 || places.powersPerSwitch > 1;
  return [
    ...(places.zones < zoneNames.length || (several && packed) ? [spreadLever(mending.spread.value)] : []),
    ...(reaching.some(isUnstaged) ? [stageLever(mending)] : []),
    ...(reaching.some((cause) => isUnsharded(cause, facts)) ? [shardLever(mending)] : []),
    ...(reaching.some(({ detection }) => detection > soon(mending)) ? [detectLever(mending)] : []),
    ...(failovers.get(facts.id)?.mode === 'manual' ? [automaticLever(mending)] : []),
  ];
}

function spreadLever(cost: number): Lever {
  return {
    name: 'spread over zones, racks and power',
    cost,
    apply: (parts) => ({
      ...parts,
      places: { zones: parts.zoneNames.length, machinesPerRack: 1, racksPerPower: 1, powersPerSwitch: 1 },
    }),
  };
}

function stageLever({ stage }: Spec['mending']): Lever {
  return onCauses('push changes in stages (5 % for 1 h, 25 % for 4 h)', stage.value, (cause) =>
    isUnstaged(cause) ? { ...cause, stages: usualStages } : cause,
  );
}

function shardLever({ shard }: Spec['mending']): Lever {
  return onCauses(`divide customers into ${usualShards} shards`, shard.value, (cause, facts) =>
    isUnsharded(cause, facts) ? { ...cause, shards: usualShards } : cause,
  );
}

function detectLever(mending: Spec['mending']): Lever {
  const name = `notice causes within ${Number((soon(mending) * 60).toPrecision(3))} min`;
  return onCauses(name, mending.detect.value, (cause) => ({
    ...cause,
    detection: Math.min(cause.detection, soon(mending)),
  }));
}

function automaticLever({ detect }: Spec['mending']): Lever {
  return {
    name: 'fail over by software',
    cost: detect.value,
    apply: (parts, { id }) => ({
      ...parts,
      failovers: new Map(
        [...parts.failovers].map(([key, plan]) =>
          key === id ? [key, { ...plan, mode: 'automatic', unavailability: plan.automatic }] : [key, plan],
        ),
      ),
    }),
  };
}

/** Stages of `cause` where it has none; used where a finding says what they buy. */
export function staged(cause: Cause): Cause {
  return isUnstaged(cause) ? { ...cause, stages: usualStages } : cause;
}

function onCauses(name: string, cost: number, change: (cause: Cause, facts: TierFacts) => Cause): Lever {
  return {
    name,
    cost,
    apply: (parts, facts) => ({
      ...parts,
      causes: parts.causes.map((cause) => (cause.tiers.includes(facts.id) ? change(cause, facts) : cause)),
    }),
  };
}

export function isUnstaged({ kind, stages }: Cause): boolean {
  return isChange(kind) && stages.length === 0;
}

function isUnsharded({ kind, shards }: Cause, { machines }: TierFacts): boolean {
  return kind === 'poisonRequest' && shards === 1 && machines > 1;
}

function soon({ detection }: Spec['mending']): number {
  return detection.value / 3600;
}

function subsets<T>(items: readonly T[]): T[][] {
  return items.reduce<T[][]>((all, item) => all.flatMap((set) => [set, [...set, item]]), [[]]);
}
