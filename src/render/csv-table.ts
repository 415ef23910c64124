import { stringify } from 'csv-stringify/sync';
import type { Column, Table } from './table.ts';

/** A table as CSV with a header: numbers exact, units in columns of their own. */
export function csvTable<Row>({ columns, rows }: Table<Row>): string {
  const fields = columns.flatMap(fieldsOf);
  return stringify([
    fields.map(({ name }) => name),
    ...rows.map((row) => fields.map(({ value }) => value(row))),
  ]);
}

function fieldsOf<Row>({ fields, title, cell }: Column<Row>) {
  return fields ?? [{ name: title, value: cell }];
}
