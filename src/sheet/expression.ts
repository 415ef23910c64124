import type { Unit } from '../units/types.ts';

export type Arithmetic = '+' | '-' | '*' | '/' | '^';
export type Comparison = '<' | '<=' | '>' | '>=' | '==' | '!=';
export type Logic = 'and' | 'or';

/** The whole language of formulas. `text` prints the piece as it reads in the formula, for messages. */
export type Expression = { readonly text: () => string } & (
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'quantity'; readonly name: string }
  | { readonly kind: 'object'; readonly name: string }
  | { readonly kind: 'unit'; readonly unit: Unit }
  | { readonly kind: 'negative' | 'not'; readonly of: Expression }
  | {
      readonly kind: 'arithmetic';
      readonly operator: Arithmetic;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'comparison';
      readonly operator: Comparison;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'logic';
      readonly operator: Logic;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'choice';
      readonly condition: Expression;
      readonly whenTrue: Expression;
      readonly whenFalse: Expression;
    }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
);

/** The number that an expression of literals alone stands for, such as `-1` or `1/3`; undefined for any other. */
export function literalValue(expression: Expression): number | undefined {
  if (expression.kind === 'number') return expression.value;
  if (expression.kind === 'negative') {
    const value = literalValue(expression.of);
    return value === undefined ? undefined : -value;
  }
  if (expression.kind !== 'arithmetic' || expression.operator !== '/') return undefined;
  const [left, right] = [literalValue(expression.left), literalValue(expression.right)];
  return left === undefined || right === undefined ? undefined : left / right;
}
