import { durationText } from '../models/slo/duration.ts';
import type { LabelMatcher, Selector } from './types.ts';

/** A PromQL expression with what is needed to put it into a larger one. */
export interface Expr {
  readonly text: string;
  /** Of its outermost operator; an operand that binds less tightly is put in parentheses. */
  readonly precedence: number;
  /** Metrics that it reads. */
  readonly reads: readonly string[];
}

const precedences = { or: 1, and: 2, '>': 3, '<': 3, '+': 4, '-': 4, '*': 5, '/': 5 } as const;
const atom = 9;

export type Operator = keyof typeof precedences;

/** Series, or with a window their samples in it. `offset` shifts both into the past. */
export function series(selector: Selector, windowSeconds?: number, offsetSeconds?: number): Expr {
  const range = windowSeconds === undefined ? '' : `[${durationText(windowSeconds)}]`;
  const offset = offsetSeconds === undefined ? '' : ` offset ${durationText(offsetSeconds)}`;
  return {
    text: `${selectorText(selector)}${range}${offset}`,
    precedence: atom,
    reads: [selector.metric],
  };
}

/** `metric{a="b"}`. */
export function selectorText({ metric, matchers }: Selector): string {
  return matchers.length === 0 ? metric : `${metric}{${matchers.map(matcherText).join(',')}}`;
}

/** A function or aggregation: `sum(...)`. */
export function call(name: string, argument: Expr): Expr {
  return { text: `${name}(${argument.text})`, precedence: atom, reads: argument.reads };
}

/** A number, as decimal text without float noise. Throws a RangeError for text that is no plain decimal. */
export function literal(decimal: string): Expr {
  if (!/^\d+(\.\d+)?$/.test(decimal))
    throw new RangeError(`a literal must be a plain decimal, not ${decimal}`);
  return { text: decimal, precedence: atom, reads: [] };
}

/** Two operands and an operator; `ignoring` names labels in which the sides may differ. */
export function binary(operator: Operator, left: Expr, right: Expr, ignoring: readonly string[] = []): Expr {
  const precedence = precedences[operator];
  const matching = ignoring.length === 0 ? '' : ` ignoring(${ignoring.join(',')})`;
  // All of these operators associate to the left.
  const leftText = left.precedence < precedence ? `(${left.text})` : left.text;
  const rightText = right.precedence <= precedence ? `(${right.text})` : right.text;
  return {
    text: `${leftText} ${operator}${matching} ${rightText}`,
    precedence,
    reads: [...new Set([...left.reads, ...right.reads])],
  };
}

/** The same in parentheses, to show what belongs together where precedence alone would do. */
export function grouped(inner: Expr): Expr {
  return { ...inner, text: `(${inner.text})`, precedence: atom };
}

function matcherText({ label, op, value }: LabelMatcher): string {
  return `${label}${op}${JSON.stringify(value)}`;
}
