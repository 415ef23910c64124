import { availabilityText, chanceText } from '../plan/availability/text.ts';
import type { SplitPlan, TierShare } from '../plan/slo/types.ts';
import { minutesText, objectiveText, partText } from './slo-text.ts';
import type { Table } from './table.ts';

/** What each tier in the path may spend, beside what it promises and what the model says of it. */
export function splitTable({ tiers }: SplitPlan): Table<TierShare> {
  return {
    rows: tiers,
    columns: [
      { title: 'tier', align: 'left', priority: 1, cell: ({ tier }) => tier },
      {
        title: 'share',
        align: 'right',
        priority: 2,
        cell: ({ share }) => partText(share),
        fields: [{ name: 'share', value: ({ share }) => share }],
      },
      {
        title: 'may be down',
        align: 'right',
        priority: 1,
        cell: ({ seconds }) => `${minutesText(seconds.value)} min`,
        fields: [
          { name: 'budget', value: ({ budget }) => budget },
          { name: 'seconds', value: ({ seconds }) => seconds.text },
        ],
      },
      {
        title: 'so it must be up',
        align: 'right',
        priority: 3,
        cell: ({ budget }) => availabilityText(Number(budget)),
        fields: [{ name: 'objective', value: ({ objective }) => objective }],
      },
      {
        title: 'model says down',
        align: 'right',
        priority: 1,
        cell: ({ modelled, fits }) =>
          modelled === undefined ? '-' : `${chanceText(modelled)} ${fits ? 'fits' : 'too much'}`,
        fields: [
          { name: 'modelled', value: ({ modelled }) => modelled ?? '' },
          { name: 'fits', value: ({ fits }) => (fits === undefined ? '' : String(fits)) },
        ],
      },
      {
        title: 'promises',
        align: 'right',
        priority: 2,
        cell: ({ promised, promiseFits }) =>
          promised === undefined
            ? 'nothing'
            : `${objectiveText(promised)} ${promiseFits ? 'fits' : 'too little'}`,
        fields: [
          { name: 'promised', value: ({ promised }) => promised ?? '' },
          {
            name: 'promise_fits',
            value: ({ promiseFits }) => (promiseFits === undefined ? '' : String(promiseFits)),
          },
        ],
      },
    ],
  };
}

/** What the split rests on, and what promises in series leave at best. */
export function splitLines({
  rule,
  tiers,
  unallocated,
  ceiling,
  extraNine,
  belowExtraNine,
}: SplitPlan): string[] {
  const how = {
    given: 'by the shares that the spec gives',
    equal: 'in equal parts',
    cost: 'by what the availability model says of each tier',
  }[rule];
  return [
    `The budget is split ${how}; ${leftText(Number(unallocated), tiers)}.`,
    ...(ceiling === undefined
      ? []
      : [
          `The promises of ${ceiling.counted.map(({ name }) => name).join(', ')} leave ${availabilityText(ceiling.unavailability)} at best, ` +
            `${ceiling.met ? 'which carries' : 'which does not carry'} the objective.`,
        ]),
    `By the rule of the extra nine a critical dependency should offer ${objectiveText(extraNine)}` +
      `${belowExtraNine.length === 0 ? ', and every one does' : `; below it: ${belowExtraNine.join(', ')}`}.`,
  ];
}

/** What no tier was given, as a part of the whole budget. */
function leftText(unallocated: number, tiers: readonly TierShare[]): string {
  if (unallocated <= 0) return 'nothing is left over';
  const given = tiers.reduce((sum, { budget }) => sum + Number(budget), 0);
  return `${partText(unallocated / (unallocated + given))} of it is given to no tier`;
}
