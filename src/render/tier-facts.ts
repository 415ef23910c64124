import type { Plan, PlanQuantity, TierPlan } from '../plan/types.ts';
import { quantityOf } from './quantity.ts';
import type { Table } from './table.ts';

/** A quantity of a tier that is worth showing, with what it is called there. */
export interface TierFact {
  readonly tier: TierPlan;
  readonly label: string;
  readonly quantity: PlanQuantity;
}

/** Demand, capacity and spare of a tier, then what else it wants shown. */
export function tierFacts(plan: Plan, tier: TierPlan): readonly TierFact[] {
  const { demand, capacity, spare } = tier.names;
  const named = (label: string, name: string | undefined) => (name === undefined ? [] : [fact(label, name)]);
  const own = (name: string) => name.replace(new RegExp(`^${tier.id}\\.`), '');
  const fact = (label: string, name: string): TierFact => ({ tier, label, quantity: quantityOf(plan, name) });
  return [
    ...named('demand', demand),
    ...named('each carries', capacity),
    ...named('spare', spare),
    ...tier.highlights.map((name) => fact(own(name), name)),
  ];
}

/** The facts of a tier as text that may be wrapped: `demand 26.1 Gbit/s (derived), each carries ...`. */
export function tierFactsText(plan: Plan, tier: TierPlan): string {
  return tierFacts(plan, tier)
    .map(({ label, quantity }) => `${label} ${quantity.display}${originWord(label, quantity)}`)
    .join(', ');
}

/** Of the capacity the reader wants to know at once whether anybody measured it. */
function originWord(label: string, { origin }: PlanQuantity): string {
  return label === 'each carries' ? ` (${origin.kind})` : '';
}

/** The facts of all tiers in one table, for documents. */
export function tierFactsTable(plan: Plan): Table<TierFact> {
  return {
    rows: plan.tiers.flatMap((tier) => tierFacts(plan, tier)),
    columns: [
      { title: 'tier', align: 'left', priority: 1, cell: ({ tier }) => tier.title },
      { title: 'quantity', align: 'left', priority: 1, cell: ({ quantity }) => quantity.name },
      { title: 'value', align: 'right', priority: 1, cell: ({ quantity }) => quantity.display },
      { title: 'origin', align: 'left', priority: 1, cell: ({ quantity }) => quantity.origin.kind },
      { title: 'meaning', align: 'left', priority: 1, wraps: true, cell: ({ quantity }) => quantity.meaning },
    ],
  };
}
