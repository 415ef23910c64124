import { isValueFormat, type ValueFormat, valueFormats } from './value-format.ts';

/** What stands in a tag: a name, or a sum of names, and how it is to be written. */
export interface ValueExpression {
  readonly name: string;
  /** `display`: as people read it. */
  readonly format: ValueFormat | 'display' | undefined;
}

/** Reads `NAME [+ NAME ...] [as FORMAT]`. Throws a RangeError for an unknown format. */
export function readExpression(expression: string): ValueExpression {
  const [name = '', format, ...rest] = expression.trim().split(/\s+as\s+/);
  if (rest.length === 0 && (format === undefined || format === 'display' || isValueFormat(format))) {
    return { name, format };
  }
  const known = ['display', ...Object.keys(valueFormats)].join(', ');
  throw new RangeError(`"${[format, ...rest].join(' as ')}" is no format; known are ${known}`);
}

/** Reads `COUNT [from 0]`: the numbers begin with 1 otherwise. */
export function readRange(expression: string): { readonly name: string; readonly first: number } {
  const name = expression.replace(/\s+from\s+0$/, '');
  return { name, first: name === expression ? 1 : 0 };
}
