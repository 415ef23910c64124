import {
  type Document,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  Pair,
  parseAllDocuments,
  parseDocument,
  Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { interpolate } from './interpolate.ts';
import { hashOf } from './lock.ts';
import { templateError } from './place.ts';
import type { Scope } from './scope.ts';
import type { Template } from './types.ts';
import { readChoice, readJoin, readLoop } from './yaml-directives.ts';
import { at, type Include, problem, type Rendering } from './yaml-rendering.ts';

/**
 * Renders a YAML template, which is YAML itself: values are replaced in the tree of the document, so no value can
 * break out of its place, and comments stay where they are.
 *
 *   !plan NAME [as FORMAT]          a value of the plan
 *   !text "... {{NAME as FORMAT}}"  a text with values in it; also as a key, and in every comment
 *   !when {if: NAME, then: ...}     left out where NAME is false, 0 or empty; also `is:`, `above:`, `else:`
 *   !each {in: LIST, as: VARIABLE, do: ...}   once for each item, in a sequence or as value of a `!text` key
 *   !join {in: LIST, as: VARIABLE, text: ..., by: ","}   one text, filled for each item and joined
 *   !file NAME                      another template of the folder, rendered, as a text
 *   !line NAME                      the same without the line ends around it
 *   !hash NAME                      a short hash of such a template's text, by which a change of it is seen
 *   !part NAME                      another template of the folder, rendered, as YAML
 *   !made NAME                      a text made without a template, such as the rules
 *   !tree NAME                      the same, read as YAML
 *
 * Throws InvalidInput at template:line:column.
 */
export function renderYaml(template: Template, scope: Scope, include: Include): string {
  return renderDocuments(template, scope, include).text;
}

/** What a YAML template gives. */
export interface RenderedYaml {
  readonly text: string;
  /** Each document as plain values: what reading the text would give. */
  readonly values: readonly unknown[];
}

/** The same with the values, so that nobody has to read the text again. */
export function renderDocuments(template: Template, scope: Scope, include: Include): RenderedYaml {
  const lines = new LineCounter();
  const documents = parseAllDocuments(template.text, { lineCounter: lines }) as Document.Parsed[];
  const rendering: Rendering = { template, lines, include };
  const texts: string[] = [];
  const values: unknown[] = [];
  for (const document of documents) {
    for (const error of document.errors) {
      const { line, col } = lines.linePos(error.pos[0]);
      throw templateError(
        { file: template.shown, line, column: col },
        error.message.split('\n')[0] ?? '',
        'mend the YAML of the template',
      );
    }
    const contents = document.contents as Node | null;
    const [rendered] = contents === null ? [null] : expand(contents, scope, rendering);
    if (rendered === undefined) continue;
    comments(document, scope, rendering, contents);
    document.contents = rendered as never;
    texts.push(document.toString({ lineWidth: 0 }));
    values.push(document.toJS());
  }
  const text = texts
    .map((each, index) => (index > 0 && !each.startsWith('---') ? `---\n${each}` : each))
    .join('');
  return { text, values };
}

/** The nodes that stand in the place of one: none, one, or, for a loop in a sequence, many. */
function expand(node: Node, scope: Scope, rendering: Rendering): Node[] {
  comments(node, scope, rendering, node);
  switch (node.tag) {
    case '!when': {
      const chosen = at(node, rendering, () => readChoice(node, scope));
      return chosen === undefined ? [] : keepingComment(node, expand(chosen, scope, rendering));
    }
    case '!each': {
      const loop = at(node, rendering, () => readLoop(node, scope));
      return keepingComment(
        node,
        loop.items.flatMap((item) => expand(copy(loop.body), scope.with(loop.variable, item), rendering)),
      );
    }
    default:
      if (node.tag === '!join') return [join(node, scope, rendering)];
      if (node.tag === '!part') return [tree(node, rendering, (name) => rendering.include(name, scope))];
      if (node.tag === '!tree') return [tree(node, rendering, scope.text)];
      if (isScalar(node)) return [scalar(node, scope, rendering)];
      if (isMap(node)) return [map(node as YAMLMap<Node, Node | null>, scope, rendering)];
      if (isSeq(node)) return [seq(node as YAMLSeq<Node>, scope, rendering)];
      return [node];
  }
}

/** A text made elsewhere in the place of a node, read as YAML. */
function tree(node: Node, rendering: Rendering, textOf: (name: string) => string): Node {
  return at(node, rendering, () => {
    const { contents } = parseDocument(textOf(isScalar(node) ? String(node.value) : ''));
    if (contents === null) throw new RangeError(`${node.tag} needs a text with something in it`);
    return contents;
  });
}

function join(node: Node, scope: Scope, rendering: Rendering): Node {
  return at(node, rendering, () => new Scalar(readJoin(node, scope)));
}

function seq(node: YAMLSeq<Node>, scope: Scope, rendering: Rendering): Node {
  node.items = node.items.flatMap((item) => expand(item, scope, rendering));
  return node;
}

function map(node: YAMLMap<Node, Node | null>, scope: Scope, rendering: Rendering): Node {
  const first = node.items[0];
  const pairs = node.items.flatMap((pair) => expandPair(pair, scope, rendering));
  // The comment above the first key belongs to the map: it must not slide onto the next key when that one goes.
  if (first !== undefined && pairs[0]?.key !== first.key) node.commentBefore = null;
  node.items = pairs;
  return node;
}

function expandPair(
  pair: Pair<Node, Node | null>,
  scope: Scope,
  rendering: Rendering,
): Pair<Node, Node | null>[] {
  const { key, value } = pair;
  if (value === null) return [new Pair(keyOf(key, scope, rendering), null)];
  if (value.tag === '!each' && key.tag === '!text') {
    const loop = at(value, rendering, () => readLoop(value, scope));
    return loop.items.flatMap((item) => {
      const inner = scope.with(loop.variable, item);
      const [body] = expand(copy(loop.body), inner, rendering);
      return body === undefined ? [] : [new Pair(keyOf(copy(key), inner, rendering), body)];
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
  const wanted = keyOf(key, scope, rendering);
  const [only] = expand(value, scope, rendering);
  return only === undefined ? [] : [new Pair(wanted, only)];
}

function keyOf(key: Node, scope: Scope, rendering: Rendering): Node {
  const [only] = expand(key, scope, rendering);
  return only ?? key;
}

function scalar(node: Scalar, scope: Scope, rendering: Rendering): Scalar {
  const text = String(node.value ?? '');
  const made = at(node, rendering, () => {
    switch (node.tag) {
      case '!plan':
        return scope.value(text);
      case '!text':
        return interpolate(text, scope);
      case '!file':
        return rendering.include(text, scope);
      case '!line':
        return rendering.include(text, scope).trim();
      case '!hash':
        return hashOf(rendering.include(text, scope)).slice(0, 16);
      case '!made':
        return scope.text(text);
      default:
        if (text.includes('{{') && typeof node.value === 'string')
          throw new RangeError('{{...}} needs the tag !text');
        if (node.tag?.startsWith('!')) throw new RangeError(`${node.tag} is no tag of templates`);
        return undefined;
    }
  });
  if (made === undefined) return node;
  const result = new Scalar(made);
  result.comment = node.comment ?? null;
  result.commentBefore = node.commentBefore ?? null;
  if (node.spaceBefore) result.spaceBefore = true;
  if (typeof made === 'string' && made.includes('\n')) result.type = 'BLOCK_LITERAL';
  return result;
}

function comments(node: Node | Document, scope: Scope, rendering: Rendering, place: Node | null): void {
  for (const part of ['comment', 'commentBefore'] as const) {
    const text = node[part];
    if (text?.includes('{{')) node[part] = at(place, rendering, () => interpolate(text, scope));
  }
}

function keepingComment(from: Node, nodes: Node[]): Node[] {
  const [first] = nodes;
  if (first && from.commentBefore && !first.commentBefore) first.commentBefore = from.commentBefore;
  if (first && from.spaceBefore) first.spaceBefore = true;
  return nodes;
}

/** The body of a loop is rendered once for each item, and rendering changes nodes in place. */
function copy<N extends Node>(node: N): N {
  const clone = node.clone() as N;
  // A clone of a pair's nodes keeps its range, by which errors find their place.
  return isNode(clone) || isPair(clone) ? clone : node;
}
