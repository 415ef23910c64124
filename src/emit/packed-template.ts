import { Document, isMap, isScalar, isSeq, type Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { hashOf } from './lock.ts';
import { type ParsedDocument, parseTemplate, yamlOptions } from './parsed-template.ts';
import type { Template } from './types.ts';

type Properties = Readonly<Record<string, unknown>>;

/** A node as JSON: its kind, what is in it, and how it is written. */
export type PackedNode =
  | readonly ['scalar', unknown, Properties]
  | readonly ['map', readonly (readonly [PackedNode, PackedNode | null])[], Properties]
  | readonly ['seq', readonly PackedNode[], Properties];

/** A document of a template as JSON: reading that takes a seventh of the time that reading YAML does. */
export interface PackedDocument {
  readonly contents: PackedNode | null;
  readonly comment: string | null;
  readonly commentBefore: string | null;
  readonly start: boolean;
}

/** By the hash of the template's text: an edited template is read again. */
export type PackedTemplates = Readonly<Record<string, readonly PackedDocument[]>>;

/** Every YAML template of a target that can be packed. Throws InvalidInput for one with mistakes. */
export function packTemplates(templates: readonly Template[]): PackedTemplates {
  return Object.fromEntries(
    templates
      .filter(({ path }) => /\.ya?ml$/.test(path))
      .map((template) => [hashOf(template.text), packed(parseTemplate(template))])
      .filter(([, documents]) => documents !== undefined),
  );
}

/** Undefined where a document has what few templates need: aliases, directives, or an end mark. */
function packed(documents: readonly ParsedDocument[]): PackedDocument[] | undefined {
  const made = documents.map(({ contents, comment, commentBefore, directives }) => {
    const node = contents === null ? null : packedNode(contents);
    const plain = !directives?.yaml.explicit && Object.keys(directives?.tags ?? {}).length <= 1;
    if (node === undefined || !plain || directives?.docEnd) return undefined;
    return { contents: node, comment, commentBefore, start: directives?.docStart === true };
  });
  return made.every((one) => one !== undefined) ? made : undefined;
}

/** What was packed. */
export function unpacked(documents: readonly PackedDocument[]): ParsedDocument[] {
  return documents.map(({ contents, comment, commentBefore, start }) => {
    const { schema, directives } = new Document(undefined, yamlOptions);
    if (start && directives) directives.docStart = true;
    const node = contents === null ? null : unpackedNode(contents, schema);
    return { contents: node, comment, commentBefore, directives, schema };
  });
}

function packedNode(node: Node): PackedNode | undefined {
  if (isScalar(node)) return ['scalar', node.value, propertiesOf(node)];
  if (isSeq<Node>(node)) {
    const items = node.items.map(packedNode);
    return items.every((item) => item !== undefined) ? ['seq', items, propertiesOf(node)] : undefined;
  }
  if (!isMap<Node, Node | null>(node)) return undefined;
  const pairs = node.items.map(({ key, value }) => {
    const [first, second] = [packedNode(key), value === null ? null : packedNode(value)];
    return first === undefined || second === undefined ? undefined : ([first, second] as const);
  });
  return pairs.every((pair) => pair !== undefined) ? ['map', pairs, propertiesOf(node)] : undefined;
}

function unpackedNode(node: PackedNode, schema: Document['schema']): Node {
  const [kind, inside, properties] = node;
  if (kind === 'scalar') return Object.assign(new Scalar(inside), properties);
  if (kind === 'seq') {
    const items = inside.map((item) => unpackedNode(item, schema));
    return Object.assign(new YAMLSeq<Node>(schema), properties, { items });
  }
  const items = inside.map(
    ([key, value]) =>
      new Pair<Node, Node | null>(
        unpackedNode(key, schema),
        value === null ? null : unpackedNode(value, schema),
      ),
  );
  return Object.assign(new YAMLMap<Node, Node | null>(schema), properties, { items });
}

/** Comments, tag, style and place; what is not there is left out. */
function propertiesOf(node: Node): Properties {
  const { items: _items, value: _value, ...rest } = node as unknown as Record<string, unknown>;
  return Object.fromEntries(Object.entries(rest).filter(([, each]) => each !== undefined));
}
