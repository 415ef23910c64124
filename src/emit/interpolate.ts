import type { Scope } from './scope.ts';
import type { Value } from './types.ts';

const hole = /\{\{\s*([^{}]+?)\s*\}\}/g;

/** Fills each `{{name as format}}`. Throws a RangeError for an unknown name or format. */
export function interpolate(text: string, scope: Scope): string {
  return text.replace(hole, (_, expression: string) => String(scope.value(expression)));
}

export interface Join {
  readonly items: readonly Value[];
  readonly variable: string;
  readonly text: string;
  readonly by: string;
}

/** The text filled once for each item. */
export function joined(scope: Scope, { items, variable, text, by }: Join): string {
  return items.map((item) => interpolate(text, scope.with(variable, item))).join(by);
}
