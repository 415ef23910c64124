import type { Spec } from '../../spec/types.ts';
import type { Plan } from '../types.ts';
import { type Cause, causesOf, eventsOf } from './causes.ts';
import type { Event } from './event.ts';
import { type FailoverPlan, failoverOf } from './failover.ts';
import { FleetModel, type Hardware } from './fleet.ts';
import { type Grey, greyLoss, greyOf, hardwareOf, regionEvents, zoneEvents } from './hardware.ts';
import { Inputs } from './input.ts';
import type { Places } from './places.ts';
import { type TierFacts, tierFacts } from './tier-facts.ts';
import type { TierModel, World } from './world.ts';

/** Everything that the model is made of, before it is put together; mendings change single parts. */
export interface Parts {
  readonly spec: Spec;
  readonly plan: Plan;
  readonly hardware: Hardware;
  readonly fleet: FleetModel;
  readonly zone: readonly Event[];
  readonly region: readonly Event[];
  readonly causes: readonly Cause[];
  readonly zoneNames: readonly string[];
  readonly facts: readonly TierFacts[];
  readonly places: Places;
  readonly grey: Grey;
  readonly failovers: ReadonlyMap<string, FailoverPlan>;
  readonly inputs: Inputs;
}

/** Reads the spec, the plan and the catalogue; every number that is used is noted with its origin. */
export function partsOf(plan: Plan, spec: Spec): Parts {
  const inputs = new Inputs();
  const facts = tierFacts(plan);
  const hardware = hardwareOf(spec, inputs);
  const zone = zoneEvents(spec, inputs);
  const region = regionEvents(spec, inputs);
  const causes = causesOf(
    spec,
    facts.map(({ id }) => id),
    inputs,
  );
  const grey = greyOf(spec, inputs);
  const failovers = new Map(
    facts.flatMap((tier) => {
      const failover = failoverOf(plan, spec, tier, hardware.machine, inputs);
      return failover === undefined ? [] : [[tier.id, failover] as const];
    }),
  );
  const zoneNames = fewestZones(spec);
  return {
    ...{ spec, plan, hardware, zone, region, causes, zoneNames, facts, failovers, inputs, grey },
    fleet: new FleetModel(hardware),
    places: placesOf(spec, zoneNames.length),
  };
}

/** A tier as the model sees it, at each level of demand. */
export function tierModel(
  { places, failovers, grey }: Parts,
  facts: TierFacts,
  demand: World['demand'],
): TierModel {
  const { id, machines, need, host } = facts;
  const failover = failovers.get(id);
  const quiet = host === undefined ? [{ ...greyLoss(grey, machines), quiet: true }] : [];
  const lost = failover && {
    name: 'failover',
    unavailability: failover.unavailability,
    hours: failover.hours,
  };
  return {
    id,
    machines,
    needs: demand.map(({ level }) => need(level)),
    ...(host === undefined ? {} : { host }),
    places,
    losses: [...quiet, ...(lost === undefined || lost.hours === 0 ? [] : [lost])],
  };
}

/** The world of some tiers at some levels of demand. */
export function worldOf(parts: Parts, demand: World['demand'], tiers = parts.facts): World {
  const { hardware, fleet, zone, region, zoneNames, causes } = parts;
  const ids = new Set(tiers.map(({ id }) => id));
  const reaching = causes.filter((cause) => cause.tiers.some((id) => ids.has(id)));
  return {
    ...{ hardware, fleet, zone, region, zoneNames, demand },
    shared: reaching.filter(({ scope }) => scope === 'service').flatMap(eventsOf),
    own: reaching.filter(({ scope }) => scope === 'tier').flatMap(eventsOf),
    tiers: tiers.map((each) => tierModel(parts, each, demand)),
  };
}

/** Demand at the peak, all the time. */
export const atPeak: World['demand'] = [{ weight: 1, level: 1 }];

/** The day's demand, the peak among it: hours with equal demand are one. */
export function overTheDay({ workload }: Spec): World['demand'] {
  const { hourly } = workload.traffic.value;
  const weights = new Map([[1, 0]]);
  // Noise of a cosine would make two levels of one.
  for (const level of hourly.map((each) => Number(each.toPrecision(9)))) {
    weights.set(level, (weights.get(level) ?? 0) + 1 / hourly.length);
  }
  return [...weights].map(([level, weight]) => ({ level, weight }));
}

function fewestZones({ regions }: Spec): readonly string[] {
  return regions.value.reduce<readonly string[]>(
    (fewest, { zones }) => (fewest.length === 0 || zones.length < fewest.length ? zones : fewest),
    [],
  );
}

function placesOf({ placement }: Spec, zones: number): Places {
  return {
    zones: placement.spread.value === 'zones' ? zones : 1,
    machinesPerRack: placement.machinesPerRack.value,
    racksPerPower: placement.racksPerPower.value,
    powersPerSwitch: placement.powersPerSwitch.value,
  };
}
