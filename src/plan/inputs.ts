import type { Declaration, InputDeclaration, ObjectDeclaration, Origin } from '../sheet/types.ts';
import type { Spec, SpecQuantity } from '../spec/types.ts';
import { dimensionText } from '../units/dimension.ts';
import { parseUnit } from '../units/unit.ts';

/** What the spec says about the whole service, as quantities and objects of the sheet. */
export function specDeclarations(spec: Spec): Declaration[] {
  return [...workload(spec), ...objectives(spec), ...policy(spec), ...tierObjectives(spec)];
}

/** A quantity of the spec, shown in `unit`; exact, since it goes over as the decimal text of the base unit. */
export function given(name: string, unit: string, meaning: string, quantity: SpecQuantity): InputDeclaration {
  const { factor, dimension } = parseUnit(unit);
  const { uncertain } = quantity;
  return {
    name,
    unit,
    meaning,
    value: `${quantity.exact} ${dimensionText(dimension)}`,
    origin: quantity.origin,
    ...(uncertain === undefined
      ? {}
      : {
          uncertain: {
            low: uncertain.low / factor,
            mid: uncertain.mid / factor,
            high: uncertain.high / factor,
            confidence: uncertain.confidence,
          },
        }),
  };
}

function number(
  name: string,
  unit: string,
  meaning: string,
  value: number,
  origin: Origin,
): InputDeclaration {
  return { name, unit, meaning, value, origin };
}

function object(
  name: string,
  type: string,
  meaning: string,
  value: { value: unknown; origin: Origin },
): ObjectDeclaration {
  return { name, type, meaning, object: value.value, origin: value.origin };
}

function workload({ workload: work, regions }: Spec): Declaration[] {
  return [
    given('workload.users', 'user', 'users of the service', work.users),
    number('workload.regions', '1', 'regions, each of the same size', regions.value.length, regions.origin),
    given('workload.peak', 'req/s', 'peak request rate of a region', work.peak),
    given(
      'workload.surge',
      '%',
      'demand above the peak that must be carried beyond the headroom',
      work.surge,
    ),
    given('workload.growth', '%', 'growth of demand in a year', work.growth),
    {
      name: 'workload.demand',
      unit: 'req/s',
      meaning: 'request rate of a region that every tier is sized for',
      formula: 'workload.peak * (1 + workload.surge)',
    },
    object('workload.traffic', 'traffic', 'share of the peak rate in each hour of the day', work.traffic),
    object('workload.payloadMix', 'payloadMix', 'payload sizes and their shares of requests', work.payload),
    {
      name: 'workload.payload.mean',
      unit: 'kB/req',
      meaning: 'mean payload of a request',
      formula: 'payloadMean(workload.payloadMix)',
    },
    {
      name: 'workload.requestsPerDay',
      unit: 'req/d',
      meaning: 'requests of a day in a region under the traffic profile',
      formula: 'workload.demand * trafficMean(workload.traffic)',
    },
    given('workload.payload.max', 'kB/req', 'largest payload that is accepted', work.payloadMax),
    number(
      'domains.zones',
      '1',
      'zones of the region that has the fewest',
      Math.min(...regions.value.map((region) => region.zones.length)),
      regions.origin,
    ),
  ];
}

function objectives({ objectives: { availability, latency, durability } }: Spec): Declaration[] {
  return [
    given(
      'objectives.availability.target',
      '%',
      'share of requests that must be answered',
      availability.target,
    ),
    {
      name: 'objectives.availability.unavailability',
      unit: '%',
      meaning: 'share of requests that may fail',
      formula: 'complement(objectives.availability.target)',
    },
    given('objectives.availability.window', 'd', 'time over which the share is counted', availability.window),
    {
      name: 'objectives.availability.budget',
      unit: 'min',
      meaning: 'full outage that uses up the error budget of a window',
      formula: 'objectives.availability.unavailability * objectives.availability.window',
    },
    given('objectives.latency.percentile', '%', 'share of requests that must be fast', latency.percentile),
    given('objectives.latency.below', 'ms', 'time below which a request is fast', latency.below),
    given(
      'objectives.latency.payloadBelow',
      'kB/req',
      'largest payload for which the latency objective holds',
      latency.payloadBelow,
    ),
    ...(durability === undefined
      ? []
      : [
          given(
            'objectives.durability.target',
            '%',
            'chance that a stored record survives a year',
            durability,
          ),
        ]),
  ];
}

function policy({ policy: { headroom, survive } }: Spec): Declaration[] {
  const flag = (event: 'machine' | 'zone') =>
    number(
      `policy.survive.${event}`,
      '1',
      `1 if the peak must be carried with a ${event} lost, else 0`,
      survive.value.includes(event) ? 1 : 0,
      survive.origin,
    );
  return [
    given('policy.headroom', '%', 'share of capacity kept free at the peak', headroom),
    flag('machine'),
    flag('zone'),
  ];
}

/** `TIER.objective` for every tier that guarantees an availability. */
function tierObjectives({ tiers }: Spec): Declaration[] {
  return tiers.flatMap(({ id, title, answers }) =>
    answers.guarantees?.availability === undefined
      ? []
      : [
          given(
            `${id}.objective`,
            '%',
            `availability that the tier ${title ?? id} promises`,
            answers.guarantees.availability,
          ),
        ],
  );
}
