import { eventsOf } from '../causes.ts';
import { either } from '../event.ts';
import { greyLoss } from '../hardware.ts';
import type { AvailabilityInput } from '../input.ts';
import type { Parts } from '../parts.ts';
import { chanceText, hoursText, inputText } from '../text.ts';
import type { AvailabilityPlan } from '../types.ts';
import { detailLaws } from './detail-laws.ts';
import type { Law } from './laws.ts';
import { type AvailabilityNumber, numberName } from './number.ts';
import { copyNumbers, observedNumbers, specNumbers } from './spec-numbers.ts';

const derived = { kind: 'derived' } as const;

/** What the numbers rest on: the model's inputs, words and figures of the spec, and what follows from them at once. */
export function inputNumbers(
  plan: AvailabilityPlan,
  parts: Parts,
  missionFlag: boolean,
): AvailabilityNumber[] {
  const whole = plan.tables[0]?.service;
  const leftOut = whole === undefined ? 0 : whole.correlatedAtMost - whole.correlated;
  return [
    ...plan.inputs.map((input) => inputNumber(input, parts)),
    ...parts.causes.map((cause) => causeNumber(cause, parts)),
    ...parts.facts.filter(({ host }) => host === undefined).map((tier) => greyNumber(tier, parts)),
    ...specNumbers(parts),
    ...parts.facts.flatMap(({ id }) => [...observedNumbers(id, parts), ...copyNumbers(id, parts)]),
    {
      name: 'mission.length',
      meaning: 'length of the mission',
      ...{ value: plan.missionHours, unit: 'h', display: hoursText(plan.missionHours) },
      origin: missionFlag
        ? { kind: 'given', flag: '--mission' }
        : { kind: 'assumed', why: 'a year, where --mission says nothing else' },
      inputs: [],
    },
    {
      name: 'model.leftOut',
      meaning: 'chance of the combinations that are left out',
      ...{ value: leftOut, unit: '1', display: chanceText(leftOut) },
      origin: {
        kind: 'assumed',
        why: 'combinations are taken, the most probable first, until what is left weighs no more than 1e-10',
      },
      inputs: [],
    },
  ];
}

const derivations: Readonly<Record<string, { readonly law: Law; readonly from: readonly string[] }>> = {
  unavailability: { law: detailLaws.held, from: ['rate', 'repair'] },
  rate: { law: detailLaws.often, from: ['unavailability', 'repair'] },
  repair: { law: detailLaws.lasts, from: ['unavailability', 'rate'] },
};

function inputNumber(input: AvailabilityInput, { plan }: Parts): AvailabilityNumber {
  const { name, meaning, value, unit, origin } = input;
  const told = { name, meaning, value, unit, display: inputText(input) };
  const [, parent, last = ''] = /^(.*)\.(\w+)$/.exec(name) ?? [];
  const derivation =
    origin.kind === 'derived' && name.startsWith('failures.') ? derivations[last] : undefined;
  if (derivation) {
    const inputs = derivation.from.map((each) => `${parent}.${each}`);
    return { ...told, ...derivation.law, origin: derived, inputs };
  }
  if (origin.kind === 'derived' && name.endsWith('.data.rebuild')) {
    const restore = numberName(name.replace('.data.rebuild', ''), 'rto');
    return { ...told, formula: `max(1 h, ${restore})`, origin: derived, inputs: [restore] };
  }
  const behind = quantitiesBehind(name).filter((each) => plan.quantities.has(each));
  if (origin.kind === 'derived') {
    return { ...told, formula: behind[0] ?? '', origin: derived, inputs: behind.slice(0, 1) };
  }
  const outages = /% of causes\.outages/.test('why' in origin ? origin.why : '') ? ['causes.outages'] : [];
  return { ...told, origin, inputs: outages };
}

/** Quantities of the sheet from which the model reads an input. */
function quantitiesBehind(name: string): string[] {
  const [id = '', group = '', what = ''] = name.split('.');
  if (group === 'data' && what === 'bytes') return [`${id}.disk`, `${id}.bytes.limit`];
  if (group === 'failover' && what === 'promotion') return [`${id}.election.median`, `${id}.promotionTime`];
  if (group === 'failover' && what === 'detection') return [`${id}.detectionTime`];
  return [];
}

/** Share of the time in which a cause holds, stages and reports counted. */
function causeNumber(cause: Parts['causes'][number], { inputs }: Parts): AvailabilityNumber {
  const { kind, title, stages, shards, tiers, scope } = cause;
  const value = either(...eventsOf(cause).map(({ unavailability }) => unavailability));
  const own = inputs.list.map(({ name }) => name).filter((name) => name.startsWith(`causes.${kind}.`));
  const where =
    scope === 'tier' ? `in one of the ${tiers.length} tiers that it may take` : 'in all its tiers at once';
  return {
    name: `causes.${kind}.unavailability`,
    meaning: `share of time in which a ${title} holds, ${where}`,
    ...{ value, unit: '1', display: chanceText(value) },
    ...detailLaws.held,
    law: 'how often it begins, times how long it takes until it is noticed and over; for pushes each stage that it gets to, watched or reported',
    origin: derived,
    inputs: [
      ...own,
      ...(stages.length > 0 ? [`causes.${kind}.stages`] : []),
      ...(shards > 1 ? [`causes.${kind}.shards`] : []),
    ],
  };
}

function greyNumber({ id, title, machines }: Parts['facts'][number], { grey }: Parts): AvailabilityNumber {
  const value = greyLoss(grey, machines).unavailability;
  const of = ['rate', 'detection', 'repair', 'lost', 'attempts'].map((each) => `failures.grey.${each}`);
  return {
    name: numberName(id, 'grey'),
    meaning: `share of the requests of ${title} that are lost on machines that are neither well nor down`,
    ...{ value, unit: '1', display: chanceText(value), ...detailLaws.grey, origin: derived, inputs: of },
  };
}
