import { isMap, isScalar, isSeq, type Node, Pair, parseDocument, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { interpolate } from './interpolate.ts';
import type { Scope } from './scope.ts';
import { Verbatim } from './verbatim.ts';
import { readChoice, readJoin, readLoop } from './yaml-directives.ts';
import { at, problem, type Rendering } from './yaml-rendering.ts';
import { scalarValue } from './yaml-scalar.ts';

/**
 * The nodes that stand in the place of one: none, one, or, for a loop in a sequence, many. The template's own nodes
 * are never changed; what has nothing to fill in is taken over as it is.
 */
export function expand(node: Node, scope: Scope, rendering: Rendering): Node[] {
  switch (node.tag) {
    case '!when': {
      const chosen = at(node, rendering, () => readChoice(node, scope));
      return chosen === undefined
        ? []
        : belowComment(node, expand(chosen, scope, rendering), scope, rendering);
    }
    case '!each': {
      const loop = at(node, rendering, () => readLoop(node, scope));
      const nodes = loop.items.flatMap((item) =>
        expand(loop.body, scope.with(loop.variable, item), rendering),
      );
      return belowComment(node, nodes, scope, rendering);
    }
    case '!join':
      return [at(node, rendering, () => new Scalar(readJoin(node, scope)))];
    case '!part':
      return [part(node, scope, rendering)];
    case '!tree':
      return [at(node, rendering, () => new Verbatim(scope.made(String((node as Scalar).value))))];
    default:
      if (isScalar(node)) return [scalar(node, scope, rendering)];
      if (isMap(node)) return [map(node as YAMLMap<Node, Node | null>, scope, rendering)];
      if (isSeq(node)) return [seq(node as YAMLSeq<Node>, scope, rendering)];
      return [changed(node, commentsOf(node, scope, rendering, node))];
  }
}

interface Comments {
  readonly comment?: string | null | undefined;
  readonly commentBefore?: string | null | undefined;
}

/** The comments of a node or document, filled. */
export function commentsOf(from: Comments, scope: Scope, rendering: Rendering, place: Node | null): Comments {
  const noted = rendering.comments === undefined ? scope : scope.notedBy(rendering.comments);
  const filled = (text: string | null | undefined) =>
    text?.includes('{{') ? at(place, rendering, () => interpolate(text, noted)) : text;
  return { comment: filled(from.comment), commentBefore: filled(from.commentBefore) };
}

/** Another template in the place of a node, rendered and read as YAML. */
function part(node: Node, scope: Scope, rendering: Rendering): Node {
  return at(node, rendering, () => {
    const { contents } = parseDocument(rendering.include(isScalar(node) ? String(node.value) : '', scope));
    if (contents === null) throw new RangeError('!part needs a text with something in it');
    return contents;
  });
}

function scalar(node: Scalar, scope: Scope, rendering: Rendering): Scalar {
  const made = at(node, rendering, () => scalarValue(node, scope, rendering.include));
  const comments = commentsOf(node, scope, rendering, node);
  if (made === undefined) return changed(node, comments);
  const result = new Scalar(made);
  result.comment = comments.comment ?? null;
  result.commentBefore = comments.commentBefore ?? null;
  if (node.spaceBefore) result.spaceBefore = true;
  if (typeof made === 'string' && made.includes('\n')) result.type = 'BLOCK_LITERAL';
  return result;
}

function seq(node: YAMLSeq<Node>, scope: Scope, rendering: Rendering): Node {
  const items = node.items.flatMap((item) => expand(item, scope, rendering));
  const comments = commentsOf(node, scope, rendering, node);
  return Object.assign(new YAMLSeq<Node>(node.schema), node, comments, { items });
}

function map(node: YAMLMap<Node, Node | null>, scope: Scope, rendering: Rendering): Node {
  const [first, ...others] = node.items.map((pair) => expandPair(pair, scope, rendering));
  const made = Object.assign(new YAMLMap<Node, Node | null>(node.schema), node, {
    items: [...(first ?? []), ...others.flat()],
  });
  // The comment above the first key belongs to the map: it must not slide onto the next key when that one goes.
  const slides = first !== undefined && (first.length === 0 || isTagged(node.items[0]?.key));
  const comments = slides ? { comment: node.comment, commentBefore: null } : node;
  return Object.assign(made, commentsOf(comments, scope, rendering, node));
}

type NodePair = Pair<Node, Node | null>;

function expandPair({ key, value }: NodePair, scope: Scope, rendering: Rendering): NodePair[] {
  if (value === null) return [new Pair<Node, Node | null>(keyOf(key, scope, rendering), null)];
  if (value.tag === '!each' && key.tag === '!text') {
    const loop = at(value, rendering, () => readLoop(value, scope));
    return loop.items.flatMap((item) => {
      const inner = scope.with(loop.variable, item);
      const [body] = expand(loop.body, inner, rendering);
      return body === undefined ? [] : [new Pair<Node, Node | null>(keyOf(key, inner, rendering), body)];
    });
  }
  if (value.tag === '!each') {
    throw problem(
      value,
      rendering,
      '!each gives many values, and a key has one',
      'put it into a sequence (`- !each ...`), or give the key the tag !text',
    );
  }
  const [only] = expand(value, scope, rendering);
  return only === undefined ? [] : [new Pair<Node, Node | null>(keyOf(key, scope, rendering), only)];
}

function keyOf(key: Node, scope: Scope, rendering: Rendering): Node {
  const [only] = expand(key, scope, rendering);
  return only ?? key;
}

function isTagged(node: Node | undefined): boolean {
  return node?.tag?.startsWith('!') === true;
}

/** The comment above a tag goes to the first of what stands in its place, unless that has one of its own. */
function belowComment(from: Node, nodes: Node[], scope: Scope, rendering: Rendering): Node[] {
  const [first, ...rest] = nodes;
  if (first === undefined) return nodes;
  const own = first.commentBefore || commentsOf(from, scope, rendering, from).commentBefore;
  const comments = { comment: first.comment, commentBefore: own };
  const made = changed(first, comments);
  if (!from.spaceBefore || made.spaceBefore) return [made, ...rest];
  const apart = made === first ? (made.clone() as Node) : made;
  apart.spaceBefore = true;
  return [apart, ...rest];
}

/** The node itself, or a copy of it where its comments differ. */
function changed<N extends Node>(node: N, { comment, commentBefore }: Comments): N {
  if (node.comment === comment && node.commentBefore === commentBefore) return node;
  const copy = node.clone() as N;
  copy.comment = comment ?? null;
  copy.commentBefore = commentBefore ?? null;
  return copy;
}
