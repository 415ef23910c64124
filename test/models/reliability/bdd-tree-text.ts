import type { Logic } from '../../../src/models/reliability/bdd-logic.ts';

/** Reads a fault tree as the vectors write it: `or(and(A,B),atleast2(C,D,E))`. */
export function treeOf(text: string): Logic {
  const tokens = text.match(/[A-Za-z0-9_]+|[(),]/g) ?? [];
  let at = 0;
  const read = (): Logic => {
    const name = tokens[at++] as string;
    if (tokens[at] !== '(') return name;
    const operands: Logic[] = [];
    while (tokens[at] !== ')') {
      at++;
      operands.push(read());
    }
    at++;
    return gateOf(name, operands);
  };
  return read();
}

function gateOf(name: string, operands: readonly Logic[]): Logic {
  if (name === 'and') return { and: operands };
  if (name === 'or') return { or: operands };
  if (name === 'xor') return { xor: operands };
  const least = /^atleast(\d+)$/.exec(name)?.[1];
  if (least === undefined) throw new Error(`unknown gate ${name}`);
  return { atLeast: Number(least), of: operands };
}
