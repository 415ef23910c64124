import type { FunctionNode, MathNode } from 'mathjs';
import { dottedName } from './names.ts';
import { parseExpression } from './parser.ts';
import type { Sheet } from './types.ts';

type Handler = (node: MathNode, options: object) => string | undefined;

/** Functions that have brackets of their own in mathematics. */
const brackets: Readonly<Record<string, readonly [string, string]>> = {
  ceil: ['\\left\\lceil ', '\\right\\rceil '],
  floor: ['\\left\\lfloor ', '\\right\\rfloor '],
  round: ['\\left\\lfloor ', '\\right\\rceil '],
  abs: ['\\left|', '\\right|'],
  sqrt: ['\\sqrt{', '}'],
  exp: ['e^{', '}'],
};

/**
 * The formula of a quantity as a LaTeX equation, `\mathrm{name} = ...`; undefined where the quantity has none.
 * Throws RangeError for a name that the sheet does not have.
 */
export function formulaLatex(sheet: Sheet, name: string): string | undefined {
  const quantity = sheet.quantities.get(name);
  if (quantity === undefined) throw new RangeError(`the sheet has no quantity "${name}"`);
  if (quantity.formula === undefined) return undefined;
  const handler: Handler = (node, options) => {
    const symbol = dottedName(node);
    if (symbol !== undefined) return roman(symbol);
    return node.type === 'FunctionNode' ? call(node as FunctionNode, sheet, options) : undefined;
  };
  const right = parseExpression(quantity.formula).toTex({ handler, parenthesis: 'auto' });
  return `${roman(name)} = ${right}`;
}

function call(node: FunctionNode, sheet: Sheet, options: object): string {
  const { name } = node.fn;
  const args = node.args.map((argument) => argument.toTex(options)).join(', ');
  const [open, close] = Object.hasOwn(brackets, name) ? (brackets[name] ?? ['', '']) : ['', ''];
  if (open !== '') return `${open}${args}${close}`;
  const command = sheet.functions.get(name)?.latex ?? `\\operatorname{${name}}`;
  return `${command}\\left(${args}\\right)`;
}

function roman(name: string): string {
  return `\\mathrm{${name.replaceAll('_', '\\_')}}`;
}
