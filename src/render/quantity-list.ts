import type { PlanQuantity } from '../plan/types.ts';
import type { ObjectDeclaration } from '../sheet/types.ts';
import { originText } from './origin.ts';
import type { Table } from './table.ts';

export interface Listed {
  readonly quantities: readonly PlanQuantity[];
  readonly objects: readonly ObjectDeclaration[];
}

/** Quantities, then structured inputs, of which the kind stands for the value. */
export function quantityTable({ quantities, objects }: Listed): Table<PlanQuantity | ObjectDeclaration> {
  return {
    rows: [...quantities, ...objects],
    columns: [
      { title: 'quantity', align: 'left', priority: 1, cell: ({ name }) => name },
      {
        title: 'value',
        align: 'right',
        priority: 1,
        cell: (row) => ('object' in row ? row.type : row.display),
        fields: [
          { name: 'value', value: (row) => ('object' in row ? JSON.stringify(row.object) : row.value) },
          { name: 'unit', value: (row) => ('object' in row ? row.type : row.unit) },
        ],
      },
      { title: 'origin', align: 'left', priority: 2, cell: ({ origin }) => origin.kind },
      { title: 'meaning', align: 'left', priority: 3, wraps: true, cell: ({ meaning }) => meaning },
    ],
  };
}

/** The object of `headroom explain --json` without the name of a single quantity. */
export function quantitiesJson({ quantities, objects }: Listed): object {
  return {
    schema: 'headroom/quantities/v1',
    quantities: quantities.map(({ name, value, unit, display, meaning, origin }) => {
      return { name, value, unit, display, meaning, origin, from: originText(origin) };
    }),
    objects: objects.map(({ name, type, meaning, object, origin }) => {
      return { name, type, meaning, object, origin, from: originText(origin) };
    }),
  };
}
