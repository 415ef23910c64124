import type { SheetQuantity } from '../../../sheet/types.ts';
import { formatQuantity } from '../../../units/format.ts';
import { dependencyOf, dependencyText } from '../dependencies.ts';
import type { Parts } from '../parts.ts';
import type { AvailabilityNumber } from './number.ts';
import { placementNames } from './reach.ts';

const derived = { kind: 'derived' } as const;

/** Words and figures of the spec that are no quantity of the sheet. */
export function specNumbers({ spec, facts, causes }: Parts): AvailabilityNumber[] {
  const { placement, dependencies } = spec;
  const places = [
    placement.spread,
    placement.machinesPerRack,
    placement.racksPerPower,
    placement.powersPerSwitch,
  ];
  const meanings = [
    'over what machines of a tier are spread',
    'machines of a tier in one rack',
    'racks fed by one power distribution unit',
    'power distribution units behind one switch',
  ];
  const prices = ['spread', 'stage', 'shard', 'detect'] as const;
  return [
    ...places.map(({ value, origin }, i) => leaf(placementNames[i] ?? '', meanings[i] ?? '', value, origin)),
    ...prices.map((price) =>
      leaf(
        `mending.${price}`,
        'price of a measure, in machines',
        spec.mending[price].value,
        spec.mending[price].origin,
      ),
    ),
    leaf(
      'dependencies',
      'what a request needs',
      dependencyText(dependencyOf(spec, facts)),
      dependencies?.origin ?? {
        kind: 'assumed',
        why: 'what a request of the usual service needs; usage may lag',
      },
    ),
    ...causes.flatMap(({ kind, title, stages, shards }) => {
      const given = spec.causes[kind];
      return [
        ...(given?.stages
          ? [leaf(`causes.${kind}.stages`, `${title}: stages of a push`, stages.length, given.stages.origin)]
          : []),
        ...(given?.shards
          ? [leaf(`causes.${kind}.shards`, `${title}: parts of the customers`, shards, given.shards.origin)]
          : []),
      ];
    }),
  ];
}

/** What the spec has seen of a tier. */
export function observedNumbers(id: string, { spec }: Parts): AvailabilityNumber[] {
  const seen = spec.tiers.find((tier) => tier.id === id)?.observed;
  if (seen === undefined) return [];
  const name = (what: string) => `tiers.${id}.observed.${what}`;
  const hours = (what: string, meaning: string, { value, origin }: typeof seen.time) => ({
    ...leaf(name(what), meaning, value / 3600, origin),
    ...{ unit: 'h', display: formatQuantity(value, 'h') },
  });
  return [
    hours('time', 'time in which it was watched', seen.time),
    leaf(name('outages'), 'outages that were seen', seen.outages.value, seen.outages.origin),
    ...(seen.downtime === undefined ? [] : [hours('downtime', 'time in which it was down', seen.downtime)]),
  ];
}

/** How a tier's state is copied, where the spec says it. */
export function copyNumbers(id: string, { spec, plan }: Parts): AvailabilityNumber[] {
  const data = spec.tiers.find((tier) => tier.id === id)?.data;
  if (data === undefined) return [];
  const { replication, copies } = data;
  const replicas = plan.quantities.get(`${id}.replicas`);
  const name = `${id}.data.copies`;
  const count = copies
    ? [leaf(name, 'copies of a record', copies.value, copies.origin)]
    : replicas
      ? [
          {
            ...leaf(name, 'copies of a record', replicas.value, derived),
            formula: replicas.name,
            inputs: [replicas.name],
          },
        ]
      : [];
  return [
    leaf(
      `${id}.data.replication`,
      'how a write reaches the other copies',
      replication.value,
      replication.origin,
    ),
    ...count,
  ];
}

function leaf(
  name: string,
  meaning: string,
  value: number | string,
  origin: SheetQuantity['origin'],
): AvailabilityNumber {
  const number = typeof value === 'number' ? { value, unit: '1' } : {};
  return { name, meaning, ...number, display: String(value), origin, inputs: [] };
}
