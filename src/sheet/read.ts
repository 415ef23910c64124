import type {
  AccessorNode,
  ConditionalNode,
  ConstantNode,
  FunctionNode,
  MathNode,
  OperatorNode,
  ParenthesisNode,
  SymbolNode,
} from 'mathjs';
import { isUnitSymbol, parseUnit } from '../units/unit.ts';
import { Refusal } from './errors.ts';
import type { Expression } from './expression.ts';
import {
  arithmeticOperators,
  comparisonOperators,
  language,
  logicOperators,
  refusedPieces,
} from './language.ts';
import { dottedName, type Scope, unknownFunction, unknownName } from './names.ts';
import { parseExpression } from './parser.ts';

/** A formula that was read: its tree (sound only where nothing was refused), what it reads, why it is refused. */
export interface ReadFormula {
  readonly expression: Expression;
  readonly inputs: readonly string[];
  readonly refusals: readonly Refusal[];
}

const longest = 2_000;

/** Reads a formula with the syntax of mathjs and admits only the language of the sheet; never throws for what a user writes. */
export function readFormula(text: string, scope: Scope): ReadFormula {
  const reader = new FormulaReader(scope);
  try {
    if (text.length > longest)
      throw new Refusal(`the formula is longer than ${longest} characters`, language);
    if (text.trim() === '') throw new Refusal('the formula is empty', language);
    const expression = reader.read(parse(text));
    return { expression, inputs: [...reader.inputs], refusals: reader.refusals };
  } catch (error) {
    const refusal = error instanceof RangeError ? tooDeep : error;
    if (!(refusal instanceof Refusal)) throw error;
    return { expression: nothing, inputs: [...reader.inputs], refusals: [...reader.refusals, refusal] };
  }
}

/** The stack overflowed while a formula was parsed or walked. */
const tooDeep = new Refusal('the formula is nested too deeply', 'split it into several quantities');
const nothing: Expression = { kind: 'number', value: 0, text: () => '' };

function parse(text: string): MathNode {
  try {
    return parseExpression(text);
  } catch (error) {
    if (!(error instanceof Error) || error instanceof RangeError) throw error;
    throw new Refusal(`"${text}" is not a formula: ${error.message}`, language);
  }
}

class FormulaReader {
  readonly inputs = new Set<string>();
  readonly refusals: Refusal[] = [];
  private readonly scope: Scope;

  constructor(scope: Scope) {
    this.scope = scope;
  }

  read(node: MathNode): Expression {
    switch (node.type) {
      case 'ConstantNode':
        return this.constant(node as ConstantNode);
      case 'SymbolNode':
      case 'AccessorNode':
        return this.name(node as SymbolNode | AccessorNode);
      case 'ParenthesisNode':
        return this.read((node as ParenthesisNode).content);
      case 'OperatorNode':
        return this.operator(node as OperatorNode);
      case 'ConditionalNode':
        return this.choice(node as ConditionalNode);
      case 'FunctionNode':
        return this.call(node as FunctionNode);
      default:
        return this.refuse(node, refusedPieces.get(node.type) ?? 'this');
    }
  }

  private constant(node: ConstantNode): Expression {
    const value: unknown = node.value;
    if (typeof value === 'number' && Number.isFinite(value))
      return { kind: 'number', value, text: printer(node) };
    return this.refuse(node, typeof value === 'string' ? 'a text' : 'this constant');
  }

  private name(node: SymbolNode | AccessorNode): Expression {
    const name = dottedName(node);
    if (name === undefined) return this.refuse(node, 'reaching into a value');
    const kind = this.scope.kindOf(name);
    if (kind !== undefined) {
      this.inputs.add(name);
      return { kind, name, text: printer(node) };
    }
    if (isUnitSymbol(name)) return { kind: 'unit', unit: parseUnit(name), text: printer(node) };
    this.refusals.push(unknownName(name, this.scope));
    return nothing;
  }

  private operator(node: OperatorNode): Expression {
    const [first, second] = node.args;
    const text = printer(node);
    const fn: string = node.fn;
    if (first !== undefined && second === undefined) {
      if (fn === 'unaryPlus') return this.read(first);
      if (fn === 'unaryMinus') return { kind: 'negative', of: this.read(first), text };
      if (fn === 'not') return { kind: 'not', of: this.read(first), text };
    }
    if (first === undefined || second === undefined) return this.refuse(node, `the operator ${node.op}`);
    if ((node as { readonly isPercentage?: boolean }).isPercentage) return this.refusePercent(first);
    const left = this.read(first);
    const right = this.read(second);
    if (node.implicit && !isUnit(right)) return this.refuseImplicit(node);
    return binary(fn, left, right, text) ?? this.refuse(node, `the operator ${node.op}`);
  }

  private choice(node: ConditionalNode): Expression {
    return {
      kind: 'choice',
      condition: this.read(node.condition),
      whenTrue: this.read(node.trueExpr),
      whenFalse: this.read(node.falseExpr),
      text: printer(node),
    };
  }

  private call(node: FunctionNode): Expression {
    const callee: MathNode = node.fn;
    if (callee.type !== 'SymbolNode')
      return this.refuse(node, 'a call of anything but a registered function');
    const name = (callee as SymbolNode).name;
    const args = node.args.map((argument) => this.read(argument));
    if (!this.scope.isFunction(name)) this.refusals.push(unknownFunction(name, this.scope));
    return { kind: 'call', name, args, text: printer(node) };
  }

  private refuse(node: MathNode, what: string): Expression {
    return this.note(`${what} is not allowed in a formula: "${clip(node)}"`, language);
  }

  private refusePercent(share: MathNode): Expression {
    // mathjs reads a + b % as a raised by b %, which nobody expects of a share.
    return this.note(
      `the percent sign is not allowed in a formula: "${clip(share)} %"`,
      'write 0.2 for 20 %',
    );
  }

  private refuseImplicit(node: MathNode): Expression {
    return this.note(`an operator is missing in "${clip(node)}"`, 'write * between two factors');
  }

  private note(message: string, advice: string): Expression {
    const isKnown = this.refusals.some((refusal) => refusal.message === message);
    if (!isKnown) this.refusals.push(new Refusal(message, advice));
    return nothing;
  }
}

function binary(fn: string, left: Expression, right: Expression, text: () => string): Expression | undefined {
  const arithmetic = arithmeticOperators.get(fn);
  if (arithmetic !== undefined) return { kind: 'arithmetic', operator: arithmetic, left, right, text };
  const comparison = comparisonOperators.get(fn);
  if (comparison !== undefined) return { kind: 'comparison', operator: comparison, left, right, text };
  const logic = logicOperators.get(fn);
  return logic && { kind: 'logic', operator: logic, left, right, text };
}

/** Implicit multiplication is for units only: `5 min`, `3 m^2`. */
function isUnit(expression: Expression): boolean {
  if (expression.kind === 'unit') return true;
  return expression.kind === 'arithmetic' && expression.operator === '^' && expression.left.kind === 'unit';
}

function printer(node: MathNode): () => string {
  return () => node.toString({ parenthesis: 'keep', implicit: 'hide' });
}

function clip(node: MathNode): string {
  const text = printer(node)();
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
