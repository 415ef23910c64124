/** One column of a table, described once for all formats. */
export interface Column<Row> {
  readonly title: string;
  readonly align: 'left' | 'right';
  /** 1 is always shown; where the page is narrow, the column with the highest number goes first. */
  readonly priority: number;
  /** Text of a cell for people. */
  readonly cell: (row: Row) => string;
  /** At least this wide, so that tables below each other line up. */
  readonly width?: number;
  /** May be broken between words to fit the page; at most one column of a table. */
  readonly wraps?: boolean;
  /** What CSV holds instead of the text for people: exact values, each under a name of its own. */
  readonly fields?: readonly { readonly name: string; readonly value: (row: Row) => string | number }[];
}

export interface Table<Row> {
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
}

/** Columns between two cells. */
export const gap = 2;

const least = 24;

/** Width that a column takes when nothing is broken. */
export function naturalWidth<Row>(column: Column<Row>, rows: readonly Row[]): number {
  return Math.max(column.width ?? 0, column.title.length, ...rows.map((row) => column.cell(row).length));
}

/** Width that a column cannot go below. */
function leastWidth<Row>(column: Column<Row>, rows: readonly Row[]): number {
  const natural = naturalWidth(column, rows);
  return column.wraps ? Math.min(natural, least) : natural;
}

/**
 * The columns that fit on a page: the least important ones are left out until the rest fits.
 * Undefined where even those that must be shown do not fit side by side.
 */
export function fitting<Row>(table: Table<Row>, width: number): readonly Column<Row>[] | undefined {
  let columns = table.columns;
  while (totalWidth(columns, table.rows) > width) {
    const last = Math.max(...columns.map((column) => column.priority));
    if (last <= 1) return undefined;
    const dropped = columns.findLastIndex((column) => column.priority === last);
    columns = columns.filter((_, index) => index !== dropped);
  }
  return columns;
}

function totalWidth<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): number {
  const cells = columns.reduce((sum, column) => sum + leastWidth(column, rows), 0);
  return cells + gap * (columns.length - 1);
}
