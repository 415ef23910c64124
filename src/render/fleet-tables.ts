import type { Plan, PlanConstraint, TierPlan } from '../plan/types.ts';
import { countText, quantityOf, tierCount } from './quantity.ts';
import type { Column, Table } from './table.ts';

/** Every tier with its count, what binds it, and from which demand and capacity it comes. */
export function summaryTable(plan: Plan, cited?: Plan): Table<TierPlan> {
  const beside = cited ? [citedColumn(cited)] : [];
  return { rows: plan.tiers, columns: [...identity(plan), ...beside, ...reasons(plan)] };
}

const identity = (plan: Plan): readonly Column<TierPlan>[] => [
  {
    title: 'tier',
    align: 'left',
    priority: 1,
    cell: (tier) => tier.title,
    fields: [
      { name: 'tier', value: (tier) => tier.id },
      { name: 'title', value: (tier) => tier.title },
    ],
  },
  {
    title: 'count',
    align: 'right',
    priority: 1,
    cell: (tier) => tierCount(plan, tier),
    fields: [
      { name: 'count', value: (tier) => tier.count },
      { name: 'counted', value: (tier) => tier.counted },
    ],
  },
  {
    title: 'binds',
    align: 'left',
    priority: 1,
    cell: firstBinding,
    fields: [{ name: 'binds', value: (tier) => bindingsOf(tier).join('; ') }],
  },
];

function citedColumn(cited: Plan): Column<TierPlan> {
  const find = (tier: TierPlan) => cited.tiers.find(({ id }) => id === tier.id);
  return {
    title: 'cited',
    align: 'right',
    priority: 2,
    cell: (tier) => {
      const found = find(tier);
      return found ? countText(cited, found.names.count, found.count) : '';
    },
    fields: [{ name: 'cited_count', value: (tier) => find(tier)?.count ?? '' }],
  };
}

function reasons(plan: Plan): readonly Column<TierPlan>[] {
  return [
    quantityColumn(plan, 'demand', 3, (tier) => tier.names.demand),
    quantityColumn(plan, 'capacity', 4, (tier) => tier.names.capacity),
    quantityColumn(plan, 'spare', 5, (tier) => tier.names.spare),
  ];
}

function quantityColumn(
  plan: Plan,
  title: string,
  priority: number,
  nameOf: (tier: TierPlan) => string | undefined,
): Column<TierPlan> {
  const find = (tier: TierPlan) => {
    const name = nameOf(tier);
    return name === undefined ? undefined : quantityOf(plan, name);
  };
  return {
    title: title === 'capacity' ? 'each carries' : title,
    align: 'right',
    priority,
    cell: (tier) => find(tier)?.display ?? '',
    fields: [
      { name: title, value: (tier) => find(tier)?.value ?? '' },
      { name: `${title}_unit`, value: (tier) => find(tier)?.unit ?? '' },
    ],
  };
}

/** Kinds of the constraints that decide a tier's count. */
function bindingsOf(tier: TierPlan): string[] {
  return [...new Set(tier.constraints.filter(({ binding }) => binding).map(({ kind }) => kind))];
}

/** The first that binds, and how many others ask for the same count. */
function firstBinding(tier: TierPlan): string {
  const [first = '', ...others] = bindingsOf(tier);
  return others.length === 0 ? first : `${first} (+${others.length})`;
}

/** All constraints of one tier: the binding ones marked, those that the policy does not require said to be so. */
export function constraintTable(plan: Plan, tier: TierPlan): Table<PlanConstraint> {
  const all = plan.tiers.flatMap(({ constraints }) => constraints);
  const kind = ({ kind, binding }: PlanConstraint) => `${binding ? '>' : ' '} ${kind}`;
  const count = ({ quantity, count }: PlanConstraint) => countText(plan, quantity, count);
  const widest = (cell: (row: PlanConstraint) => string) => Math.max(...all.map((row) => cell(row).length));
  return {
    rows: tier.constraints,
    columns: [
      { title: 'constraint', align: 'left', priority: 1, cell: kind, width: widest(kind) },
      { title: 'count', align: 'right', priority: 1, cell: count, width: widest(count) },
      {
        title: 'meaning',
        align: 'left',
        priority: 1,
        wraps: true,
        cell: ({ required, meaning }) => (required ? meaning : `not required: ${meaning}`),
      },
    ],
  };
}

/** A constraint with the tier that it belongs to, for one table over all tiers. */
export interface TierConstraintRow {
  readonly tier: TierPlan;
  readonly constraint: PlanConstraint;
}

/** The constraints of all tiers in one table. */
export function allConstraintsTable(plan: Plan): Table<TierConstraintRow> {
  const rows = plan.tiers.flatMap((tier) => tier.constraints.map((constraint) => ({ tier, constraint })));
  return { rows, columns: allConstraintColumns(plan) };
}

const allConstraintColumns = (plan: Plan): readonly Column<TierConstraintRow>[] => [
  { title: 'tier', align: 'left', priority: 1, cell: ({ tier }) => tier.title },
  { title: 'constraint', align: 'left', priority: 1, cell: ({ constraint }) => constraint.kind },
  {
    title: 'count',
    align: 'right',
    priority: 1,
    cell: ({ constraint }) => countText(plan, constraint.quantity, constraint.count),
  },
  { title: 'status', align: 'left', priority: 1, cell: ({ constraint }) => statusOf(constraint) },
  { title: 'quantity', align: 'left', priority: 2, cell: ({ constraint }) => constraint.quantity },
  { title: 'meaning', align: 'left', priority: 1, wraps: true, cell: ({ constraint }) => constraint.meaning },
];

function statusOf({ binding, required }: PlanConstraint): string {
  if (binding) return 'binds';
  return required ? 'met' : 'not required';
}
