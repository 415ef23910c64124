import { isAlias, isMap, isScalar, isSeq, type Node, type Scalar } from 'yaml';
import { suggest } from '../problems/nearest.ts';
import type { ProblemCode } from '../problems/problem.ts';
import type { Origin } from '../sheet/types.ts';
import { entriesOf, type Place, resolveAlias, type Source } from './source.ts';

/** JSON Schema as far as the spec needs it. */
export type JsonSchema = { readonly [key: string]: unknown };

/** Reads one kind of value; undefined means that a problem was reported. */
export interface Reader<T> {
  readonly schema: JsonSchema;
  read(at: Found): T | undefined;
}

/** A value of the file: what stands there, under which name, and where. */
export class Found {
  readonly source: Source;
  /** Dotted path for messages, such as `workload.peak`; empty for the whole file. */
  readonly path: string;
  readonly node: Node;
  /** Where it is written: an alias stands where it is used, not where its anchor is. */
  readonly written: Node;
  #text: string | undefined;

  constructor(source: Source, path: string, written: Node) {
    this.source = source;
    this.path = path;
    this.written = written;
    this.node = resolveAlias(source, written);
  }

  /** The same place with another text: for a notation that stands for a plain one, such as `p99` for `99 %`. */
  as(text: string): Found {
    const other = new Found(this.source, this.path, this.written);
    other.#text = text;
    return other;
  }

  get place(): Place {
    return this.source.placeOf(this.written);
  }

  get origin(): Origin {
    return { kind: 'given', file: this.source.file, ...this.place };
  }

  /** Text of a scalar as it was written (`1e3` stays `1e3`); undefined for anything else and for null. */
  get text(): string | undefined {
    if (this.#text !== undefined) return this.#text;
    if (!isScalar(this.node)) return undefined;
    const { value, source } = this.node as Scalar;
    if (value === null) return undefined;
    return typeof value === 'string' ? value : (source ?? String(value));
  }

  get isNothing(): boolean {
    return isScalar(this.node) && this.node.value === null;
  }

  /** Entries of a map, values that are absent included; undefined for anything else. */
  get entries(): ReadonlyMap<string, Found> | undefined {
    if (!isMap(this.node)) return undefined;
    const found = new Map<string, Found>();
    for (const [key, entry] of entriesOf(this.source, this.node)) {
      found.set(
        key,
        new Found(this.source, this.path === '' ? key : `${this.path}.${key}`, entry.value ?? entry.key),
      );
    }
    return found;
  }

  get items(): readonly Found[] | undefined {
    if (!isSeq(this.node)) return undefined;
    return (this.node.items as Node[]).map(
      (item, index) => new Found(this.source, `${this.path}[${index}]`, item),
    );
  }

  /** The value under a key of a map, if it is there. */
  at(key: string): Found | undefined {
    return this.entries?.get(key);
  }

  keyNode(key: string): Node | undefined {
    return isMap(this.node) ? entriesOf(this.source, this.node).get(key)?.key : undefined;
  }

  report(code: ProblemCode, message: string, advice: string): undefined {
    // An alias without an anchor was reported with the syntax; what it should have been is not known.
    if (!isAlias(this.node)) this.source.report(this.written, code, message, advice);
    return undefined;
  }

  /** Reports that a value of another kind stands here. */
  wrongType(expected: string, advice: string): undefined {
    if (this.isNothing) return this.report('missing-key', `\`${this.path}\` has no value`, advice);
    const what = this.path === '' ? 'the file' : `\`${this.path}\``;
    return this.report('wrong-type', `${what} is ${kindOf(this)}, expected ${expected}`, advice);
  }
}

function kindOf(found: Found): string {
  if (isMap(found.node)) return 'a map';
  if (isSeq(found.node)) return 'a list';
  return `\`${found.text ?? ''}\``;
}

/** Free text. */
export function text(example: string): Reader<string> {
  return {
    schema: { type: ['string', 'number'], examples: [example] },
    read: (at) => {
      const advice = `write for instance \`${example}\``;
      if (at.text?.trim() === '') return at.report('missing-key', `\`${at.path}\` is empty`, advice);
      return at.text ?? at.wrongType('text', advice);
    },
  };
}

/** One of several words. */
export function choice<const T extends string>(options: readonly T[]): Reader<T> {
  return {
    schema: { enum: options },
    read: (at) => {
      const written = at.text;
      if (written === undefined) return at.wrongType('a word', suggest('', options));
      const found = options.find((option) => option === written);
      if (found !== undefined) return found;
      return at.report('wrong-type', `\`${at.path}\` cannot be \`${written}\``, suggest(written, options));
    },
  };
}

/** A list of values of one kind; items that were refused are left out. */
export function list<T>(item: Reader<T>, example: string): Reader<T[]> {
  return {
    get schema() {
      return { type: 'array', items: item.schema };
    },
    read: (at) => {
      const items = at.items;
      if (items === undefined) return at.wrongType('a list', `write for instance \`${example}\``);
      return items.map((each) => item.read(each)).filter((each) => each !== undefined);
    },
  };
}

/** A reader whose result is turned into something else, or refused with a report. */
export function refined<T, U>(reader: Reader<T>, turn: (value: T, at: Found) => U | undefined): Reader<U> {
  return {
    get schema() {
      return reader.schema;
    },
    read: (at) => {
      const value = reader.read(at);
      return value === undefined ? undefined : turn(value, at);
    },
  };
}
