import type { SloInput } from '../plan/slo/types.ts';
import { formatQuantity } from '../units/format.ts';
import { originText } from './origin.ts';
import { partText, rateText, requestsText, timeText } from './slo-text.ts';
import type { Table } from './table.ts';

/** Every number that the ledger was fed with, and where it comes from. */
export function sloInputTable(inputs: readonly SloInput[]): Table<SloInput> {
  return {
    rows: inputs,
    columns: [
      { title: 'input', align: 'left', priority: 1, cell: ({ name }) => name },
      {
        title: 'value',
        align: 'right',
        priority: 1,
        cell: valueText,
        fields: [
          { name: 'value', value: ({ value }) => value },
          { name: 'unit', value: ({ unit }) => unit },
        ],
      },
      { title: 'meaning', align: 'left', priority: 2, cell: ({ meaning }) => meaning },
      { title: 'origin', align: 'left', priority: 1, wraps: true, cell: ({ origin }) => originText(origin) },
    ],
  };
}

function valueText({ value, unit }: SloInput): string {
  switch (unit) {
    case 's':
      return timeText(value);
    case 'h':
      return timeText(value * 3600);
    case 'B':
      return formatQuantity(value, 'MB');
    case 'B/s':
      return formatQuantity(value, 'MB/s');
    case 'machine':
      return rateText(value);
    case '1/y':
      return `${rateText(value)} /y`;
    case '1':
      return partText(value);
    case 'req/s':
      return `${rateText(value)} req/s`;
    case 'req':
      return `${requestsText(value)} req`;
  }
}
