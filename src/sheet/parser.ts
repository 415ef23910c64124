import {
  createAccessorNode,
  createArrayNode,
  createAssignmentNode,
  createBlockNode,
  createConditionalNode,
  createConstantNode,
  createFunctionAssignmentNode,
  createFunctionNode,
  createIndexNode,
  createNode,
  createObjectNode,
  createOperatorNode,
  createParenthesisNode,
  createParse,
  createRangeNode,
  createRelationalNode,
  createSymbolNode,
  type MathNode,
} from 'mathjs';

// The only file that touches the expression parser of mathjs.

type Factory = (scope: Record<string, unknown>) => unknown;

declare module 'mathjs' {
  // mathjs exports these factories; its type declarations leave them out.
  export const createAccessorNode: Factory;
  export const createArrayNode: Factory;
  export const createAssignmentNode: Factory;
  export const createBlockNode: Factory;
  export const createConditionalNode: Factory;
  export const createConstantNode: Factory;
  export const createFunctionAssignmentNode: Factory;
  export const createFunctionNode: Factory;
  export const createIndexNode: Factory;
  export const createNode: Factory;
  export const createObjectNode: Factory;
  export const createOperatorNode: Factory;
  export const createParenthesisNode: Factory;
  export const createParse: Factory;
  export const createRangeNode: Factory;
  export const createRelationalNode: Factory;
  export const createSymbolNode: Factory;
}

let parser: ((text: string) => MathNode) | undefined;

/** Formulas of plans are the same ones over and over: of a measured and a cited plan, and of a smaller machine. */
const known = new Map<string, MathNode>();

/** The syntax tree of an expression in mathjs syntax. Throws SyntaxError. */
export function parseExpression(text: string): MathNode {
  parser ??= buildParser();
  const node = known.get(text) ?? parser(text);
  known.set(text, node);
  return node;
}

/**
 * The parser of mathjs without its evaluator: there is no function that a node could call, and the start-up of its
 * typed functions is spared (half of the time to the first formula).
 */
function buildParser(): (text: string) => MathNode {
  const base = {
    math: {},
    subset: noEvaluation,
    size: noEvaluation,
    ResultSet: noEvaluation,
    isBounded: Number.isFinite,
    typed: Object.assign(onlyText, { addConversion: () => undefined }),
    numeric: (value: string) => Number(value),
    config: { number: 'number', numberFallback: 'number', predictable: false },
    Node: createNode({ mathWithTransform: {} }),
  };
  const SymbolNode = createSymbolNode(base);
  const parse = createParse({
    ...base,
    SymbolNode,
    AccessorNode: createAccessorNode(base),
    ArrayNode: createArrayNode(base),
    AssignmentNode: createAssignmentNode(base),
    BlockNode: createBlockNode(base),
    ConditionalNode: createConditionalNode(base),
    ConstantNode: createConstantNode(base),
    FunctionAssignmentNode: createFunctionAssignmentNode(base),
    FunctionNode: createFunctionNode({ ...base, SymbolNode }),
    IndexNode: createIndexNode(base),
    ObjectNode: createObjectNode(base),
    OperatorNode: createOperatorNode(base),
    ParenthesisNode: createParenthesisNode(base),
    RangeNode: createRangeNode(base),
    RelationalNode: createRelationalNode(base),
  });
  return parse as (text: string) => MathNode;
}

/** Stands for the dispatch of mathjs by argument types: the parser is called with one text only. */
function onlyText(_name: string, signatures: Readonly<Record<string, unknown>>): unknown {
  return signatures['string'];
}

function noEvaluation(): never {
  throw new TypeError('formulas are parsed here, not evaluated');
}
