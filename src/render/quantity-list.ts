import type { PlanQuantity } from '../plan/types.ts';
import { originText } from './origin.ts';
import type { Table } from './table.ts';

/** All quantities of a plan: name, value, meaning, and formula or origin. */
export function quantityTable(quantities: readonly PlanQuantity[]): Table<PlanQuantity> {
  return {
    rows: quantities,
    columns: [
      { title: 'quantity', align: 'left', priority: 1, cell: ({ name }) => name },
      {
        title: 'value',
        align: 'right',
        priority: 1,
        cell: ({ display }) => display,
        fields: [
          { name: 'value', value: ({ value }) => value },
          { name: 'unit', value: ({ unit }) => unit },
        ],
      },
      { title: 'origin', align: 'left', priority: 2, cell: ({ origin }) => origin.kind },
      { title: 'meaning', align: 'left', priority: 3, wraps: true, cell: ({ meaning }) => meaning },
    ],
  };
}

/** The object of `headroom explain --json` without a name. */
export function quantitiesJson(quantities: readonly PlanQuantity[]): object {
  return {
    schema: 'headroom/quantities/v1',
    quantities: quantities.map(({ name, value, unit, display, meaning, origin }) => {
      return { name, value, unit, display, meaning, origin, from: originText(origin) };
    }),
  };
}
