import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { InvalidInput, type Problem, type ProblemCode } from '../problems/problem.ts';

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A parsed file: its tree, its places, and the problems found so far. */
export interface Source {
  readonly file: string;
  readonly document: Document;
  readonly problems: Problem[];
  placeOf(node: Node): Place;
  report(node: Node, code: ProblemCode, message: string, advice: string): void;
}

/**
 * Parses the text of one YAML document.
 * Throws InvalidInput when there is no tree to read: binary or empty text, wrong syntax, several documents.
 */
export function parseSource(text: string, file: string): Source {
  refuseBinary(text, file);
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    merge: true,
    logLevel: 'error',
  });
  const problems: Problem[] = [];
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  refuseSyntax(document, file, placeAt);
  if (document.contents === null) {
    throw new InvalidInput([fileProblem(file, 'the file is empty', 'run `headroom init` to write one')]);
  }
  const placeOf = (node: Node): Place => placeAt(node.range?.[0] ?? 0);
  const source: Source = {
    file,
    document,
    problems,
    placeOf,
    report: (node, code, message, advice) => {
      problems.push({ code, file, ...placeOf(node), message, advice });
    },
  };
  return source;
}

/** Text of a file's bytes; throws InvalidInput where they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new InvalidInput([notText(file)]);
  }
}

/** The node behind an alias; other nodes are themselves. */
export function resolveAlias(source: Source, node: Node): Node {
  return isAlias(node) ? (node.resolve(source.document) ?? node) : node;
}

/** A map's entries by key, merged ones (`<<`) included; a key of the map itself comes before a merged one. */
export function entriesOf(
  source: Source,
  map: YAMLMap,
  within: readonly YAMLMap[] = [],
): Map<string, { key: Node; value: Node | null }> {
  const entries = new Map<string, { key: Node; value: Node | null }>();
  const merged: Node[] = [];
  for (const pair of map.items as Pair<Node, Node | null>[]) {
    if (isMerge(pair.key) && pair.value !== null) merged.push(pair.value);
    else if (!entries.has(keyText(pair.key))) entries.set(keyText(pair.key), pair);
  }
  const path = [...within, map];
  for (const node of merged.flatMap((each) => mergedMaps(source, each))) {
    // A map that merges itself adds nothing.
    if (path.includes(node)) continue;
    for (const [key, entry] of entriesOf(source, node, path)) if (!entries.has(key)) entries.set(key, entry);
  }
  return entries;
}

function mergedMaps(source: Source, node: Node): YAMLMap[] {
  const target = resolveAlias(source, node);
  const parts = isSeq(target) ? (target.items as Node[]).map((item) => resolveAlias(source, item)) : [target];
  return parts.filter((part) => isMap(part));
}

/** Whether a key is `<<`, which merges other maps. */
export function isMerge(key: Node): boolean {
  return isScalar(key) && (key.value === '<<' || typeof key.value === 'symbol');
}

/** A key as people wrote it: `1` and `"1"` are the same key. */
export function keyText(key: Node): string {
  return isScalar(key) ? String((key as Scalar).source ?? key.value) : String(key);
}

function refuseBinary(text: string, file: string): void {
  if (text.includes('\u0000') || text.includes('\uFFFD')) throw new InvalidInput([notText(file)]);
}

function notText(file: string): Problem {
  return fileProblem(file, 'the file is not UTF-8 text', 'save it as UTF-8, or name the YAML file instead');
}

function fileProblem(file: string, message: string, advice: string): Problem {
  return { code: 'bad-file', file, line: 1, column: 1, message, advice };
}

function refuseSyntax(document: Document, file: string, placeAt: (offset: number) => Place): void {
  const found = [...document.errors, ...document.warnings];
  if (found.length === 0) return;
  const byLine = new Map<number, Problem>();
  // One slip makes the parser complain several times; the first complaint of a line is the useful one.
  for (const error of found) {
    const place = placeAt(error.pos[0]);
    if (byLine.has(place.line)) continue;
    const several = error.code === 'MULTIPLE_DOCS';
    byLine.set(place.line, {
      code: 'yaml-syntax',
      file,
      ...place,
      message: several
        ? 'the file holds several YAML documents'
        : `not valid YAML: ${trimmed(error.message)}`,
      advice: several
        ? 'keep one service per file: remove `---` and what follows it'
        : 'mend the syntax here; indentation, a missing colon or an open quote are the usual causes',
    });
  }
  throw new InvalidInput([...byLine.values()]);
}

function trimmed(message: string): string {
  return message.replace(/\s+/g, ' ').replace(/[.:]$/, '');
}
