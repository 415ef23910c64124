import { isMap, isScalar, type Node, type YAMLMap } from 'yaml';
import { joined } from './interpolate.ts';
import type { Condition, Scope } from './scope.ts';
import type { Value } from './types.ts';

export interface Loop {
  readonly items: readonly Value[];
  readonly variable: string;
  readonly body: Node;
}

/** `!each {in: zones, as: zone, do: ...}`. Throws a RangeError where a key is missing or unknown. */
export function readLoop(node: Node, scope: Scope): Loop {
  const keys = keysOf(node, '!each', ['in', 'as', 'do']);
  return {
    items: scope.list(textOf(keys, '!each', 'in')),
    variable: textOf(keys, '!each', 'as'),
    body: required(keys, '!each', 'do'),
  };
}

/**
 * `!join {in: LIST, as: VARIABLE, text: "... {{...}}", by: ","}`: one text of many. Throws a RangeError where a key is
 * missing or unknown.
 */
export function readJoin(node: Node, scope: Scope): string {
  const keys = keysOf(node, '!join', ['in', 'as', 'text', 'by']);
  return joined(scope, {
    items: scope.list(textOf(keys, '!join', 'in')),
    variable: textOf(keys, '!join', 'as'),
    text: textOf(keys, '!join', 'text'),
    by: textOf(keys, '!join', 'by'),
  });
}

/** `!when {if: NAME, then: ..., else: ...}`: the node that holds, or undefined where there is none. */
export function readChoice(node: Node, scope: Scope): Node | undefined {
  const keys = keysOf(node, '!when', ['if', 'is', 'above', 'then', 'else']);
  const holds = scope.holds(textOf(keys, '!when', 'if'), conditionOf(keys));
  return holds ? required(keys, '!when', 'then') : keys.get('else');
}

function conditionOf(keys: ReadonlyMap<string, Node>): Condition {
  if (keys.has('is')) {
    const is = textOf(keys, '!when', 'is');
    return { name: `is ${is}`, holds: (value) => String(value) === is };
  }
  if (keys.has('above')) {
    const above = textOf(keys, '!when', 'above');
    return { name: `above ${above}`, holds: (value) => Number(value) > Number(above) };
  }
  return { name: 'is so', holds: (value) => value !== false && value !== 0 && value !== '' };
}

function keysOf(node: Node, tag: string, known: readonly string[]): Map<string, Node> {
  if (!isMap(node)) throw new RangeError(`${tag} is a map with the keys ${known.join(', ')}`);
  const keys = new Map<string, Node>();
  for (const { key, value } of (node as YAMLMap<Node, Node>).items) {
    const name = isScalar(key) ? String(key.value) : '';
    if (!known.includes(name))
      throw new RangeError(`${tag} has no key "${name}"; known are ${known.join(', ')}`);
    if (value) keys.set(name, value);
  }
  return keys;
}

function required(keys: ReadonlyMap<string, Node>, tag: string, name: string): Node {
  const node = keys.get(name);
  if (node === undefined) throw new RangeError(`${tag} needs the key "${name}"`);
  return node;
}

function textOf(keys: ReadonlyMap<string, Node>, tag: string, name: string): string {
  const node = required(keys, tag, name);
  if (!isScalar(node)) throw new RangeError(`"${name}" of ${tag} is a text`);
  return String(node.value);
}
