import type { Spec } from '../../spec/types.ts';
import { type Cause, isChange } from './causes.ts';
import type { Parts } from './parts.ts';
import type { TierFacts } from './tier-facts.ts';

/** One remedy besides more machines: what it costs, and the parts with it. */
export interface Lever {
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

/** Every remedy that could matter to a tier. */
export function leversFor(parts: Parts, facts: TierFacts): Lever[] {
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
