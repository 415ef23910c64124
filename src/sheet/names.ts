import type { MathNode, SymbolNode } from 'mathjs';
import { nearest } from '../problems/nearest.ts';
import { Refusal } from './errors.ts';

/** The names that a formula may use. */
export interface Scope {
  kindOf(name: string): 'quantity' | 'object' | undefined;
  isFunction(name: string): boolean;
  readonly names: Iterable<string>;
  readonly functionNames: Iterable<string>;
}

/** An AccessorNode as it is; its declared type leaves these members out. */
interface PropertyAccess {
  readonly object: MathNode;
  readonly optionalChaining: boolean;
  readonly index: {
    readonly dotNotation: boolean;
    isObjectProperty(): boolean;
    getObjectProperty(): string;
  };
}

const segment = '[A-Za-z][A-Za-z0-9_]*';
const nameShape = new RegExp(`^${segment}(\\.${segment})*$`);
/** Words of the formula language; a name may hold them after a dot only. */
const reserved =
  /^(?:mod|to|in|and|or|xor|not|true|false|null|undefined|NaN|Infinity|end)(?:\.|$)|(?:^|\.)(?:constructor|prototype)(?:\.|$)/;

/** Whether a quantity may be called so: dotted words of letters and digits, not a word of the formula language. */
export function isQuantityName(name: string): boolean {
  return nameShape.test(name) && !reserved.test(name);
}

/** The dotted name that a symbol or an accessor spells, or undefined where it is anything else. */
export function dottedName(node: MathNode): string | undefined {
  if (node.type === 'SymbolNode') return (node as SymbolNode).name;
  if (node.type !== 'AccessorNode') return undefined;
  const { object, index, optionalChaining } = node as unknown as PropertyAccess;
  if (!index.isObjectProperty() || !index.dotNotation || optionalChaining) return undefined;
  const head = dottedName(object);
  return head === undefined ? undefined : `${head}.${index.getObjectProperty()}`;
}

/** The refusal of a name that the sheet does not have, with the name that was probably meant. */
export function unknownName(name: string, scope: Scope): Refusal {
  if (/(?:^|\.)(?:constructor|prototype|__\w*)(?:\.|$)/.test(name)) {
    return new Refusal(`"${name}" reaches outside the sheet`, 'use names of quantities only');
  }
  if (scope.isFunction(name)) {
    return new Refusal(`the function ${name} needs its arguments in parentheses`, `write ${name}(...)`);
  }
  return new Refusal(`unknown name "${name}"`, adviceFor(name, scope.names));
}

/** The refusal of a function that is not registered. */
export function unknownFunction(name: string, scope: Scope): Refusal {
  if (scope.kindOf(name) !== undefined) {
    return new Refusal(`"${name}" is a quantity and no function`, 'write * between two factors');
  }
  const meant = nearest(name, scope.functionNames);
  const advice = meant ? `did you mean ${meant}?` : `functions are ${[...scope.functionNames].join(', ')}`;
  return new Refusal(`unknown function "${name}"`, advice);
}

/** What to write instead of a name that is not there: the nearest one, or one that ends alike. */
export function adviceFor(name: string, names: Iterable<string>): string {
  const known = [...names];
  const meant = nearest(name, known) ?? known.find((candidate) => candidate.endsWith(`.${name}`));
  return meant === undefined
    ? 'use the name of a quantity of the sheet, or a unit'
    : `did you mean ${meant}?`;
}
