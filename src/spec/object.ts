import { nearest, suggest } from '../problems/nearest.ts';
import type { Found, JsonSchema, Reader } from './reader.ts';

/** One key of a map: what it means, how it is read, and what holds when it is absent. */
export interface Key<T, Always extends boolean = boolean> {
  /** One sentence for people: JSON Schema and documentation print it. */
  readonly doc: string;
  readonly reader: Reader<T>;
  /** Present for a key that must be given: the line to write. */
  readonly write?: string;
  /** Present for a key that has a default. */
  readonly fallback?: { readonly text: string; readonly make: () => T };
  readonly always: Always;
}

// biome-ignore lint/suspicious/noExplicitAny: a table holds keys of every type; ObjectOf recovers each one.
export type Keys = Readonly<Record<string, Key<any, boolean>>>;

type Simple<T> = { readonly [P in keyof T]: T[P] };

/** What a map with these keys is read as: a key without a default may be absent. */
export type ObjectOf<K extends Keys> = Simple<
  { [P in keyof K as K[P] extends Key<unknown, true> ? P : never]: K[P] extends Key<infer T> ? T : never } & {
    [P in keyof K as K[P] extends Key<unknown, true> ? never : P]?: K[P] extends Key<infer T> ? T : never;
  }
>;

/** A key that must be given; `write` is an example of its line. */
export function required<T>(doc: string, reader: Reader<T>, write: string): Key<T, true> {
  return { doc, reader, write, always: true };
}

/** A key that may be left out. */
export function optional<T>(doc: string, reader: Reader<T>): Key<T, false> {
  return { doc, reader, always: false };
}

/** A key that may be left out and then has a value with a reason. */
export function defaulted<T>(
  doc: string,
  reader: Reader<T>,
  text: string,
  make: () => NoInfer<T>,
): Key<T, true> {
  return { doc, reader, fallback: { text, make }, always: true };
}

/** A map with known keys; reports unknown and missing ones, and is undefined when a needed value is not there. */
export function object<K extends Keys>(keys: K): Reader<ObjectOf<K>> {
  return {
    // Only who asks for the schema pays for it: the spec is read at every start.
    get schema() {
      return objectSchema(keys);
    },
    read: (at) => {
      const entries = at.entries;
      if (entries === undefined)
        return at.wrongType('a map', `write its keys: ${Object.keys(keys).join(', ')}`);
      const meant = reportUnknownKeys(at, entries, Object.keys(keys));
      const result: Record<string, unknown> = {};
      let complete = true;
      for (const [name, key] of Object.entries(keys)) {
        const value = readKey(at, name, key, entries.get(name), meant.has(name));
        if (value !== undefined) result[name] = value;
        else if (key.always) complete = false;
      }
      return complete ? (result as ObjectOf<K>) : undefined;
    },
  };
}

/** What a map is read as when it is absent and each of its keys has a default or may be left out. */
export function absent<K extends Keys>(keys: K): ObjectOf<K> {
  const entries = Object.entries(keys).filter(([, key]) => key.fallback !== undefined);
  return Object.fromEntries(entries.map(([name, key]) => [name, key.fallback?.make()])) as ObjectOf<K>;
}

/** A map whose keys are names chosen by the user. */
export function named<T>(entry: Reader<T>, example: string): Reader<ReadonlyMap<string, T>> {
  return {
    get schema() {
      return { type: 'object', additionalProperties: entry.schema };
    },
    read: (at) => {
      const entries = at.entries;
      if (entries === undefined) return at.wrongType('a map', `write for instance \`${example}\``);
      const result = new Map<string, T>();
      for (const [name, found] of entries) {
        const value = entry.read(found);
        if (value !== undefined) result.set(name, value);
      }
      return result;
    },
  };
}

/** Reports every key of a map that is not among the known ones; the result is the keys that were meant instead. */
function reportUnknownKeys(
  at: Found,
  entries: ReadonlyMap<string, Found>,
  known: readonly string[],
): ReadonlySet<string> {
  // A key that is there already is not what a misspelt one meant.
  const free = known.filter((name) => !entries.has(name));
  const meant = new Set<string>();
  for (const name of entries.keys()) {
    const node = at.keyNode(name);
    if (known.includes(name) || node === undefined) continue;
    const near = nearest(name, free);
    if (near !== undefined) meant.add(near);
    const advice = suggest(name, near === undefined ? known : free);
    at.source.report(node, 'unknown-key', `unknown key \`${name}\`${within(at)}`, advice);
  }
  return meant;
}

function within(at: Found): string {
  return at.path === '' ? '' : ` in \`${at.path}\``;
}

function readKey(
  at: Found,
  name: string,
  key: Key<unknown>,
  found: Found | undefined,
  isMeant: boolean,
): unknown {
  if (found !== undefined) return key.reader.read(found);
  if (key.fallback !== undefined) return key.fallback.make();
  // A key that was only misspelt is not missing as well.
  if (key.write === undefined || isMeant) return undefined;
  const advice = `add for instance \`${key.write}\`: ${lowered(key.doc)}`;
  return at.report('missing-key', `\`${name}\` is missing${within(at)}`, advice);
}

function lowered(doc: string): string {
  return doc.replace(/\.$/, '').replace(/^[A-Z](?=[a-z ])/, (first) => first.toLowerCase());
}

function objectSchema(keys: Keys): JsonSchema {
  const properties: Record<string, JsonSchema> = {};
  for (const [name, key] of Object.entries(keys)) {
    properties[name] = {
      description: key.doc,
      ...key.reader.schema,
      ...(key.fallback === undefined ? {} : { default: key.fallback.text }),
    };
  }
  const needed = Object.keys(keys).filter((name) => keys[name]?.write !== undefined);
  return {
    type: 'object',
    ...(needed.length === 0 ? {} : { required: needed }),
    properties,
    additionalProperties: false,
  };
}
