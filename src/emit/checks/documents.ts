import { type Document, isCollection, isMap, isNode, isScalar, LineCounter, parseAllDocuments } from 'yaml';
import type { Path } from '../schema/json-schema.ts';
import type { EmittedFile } from '../types.ts';
import { isPlainJson, lineInJson } from './json-lines.ts';

/** One YAML or JSON document of a file. */
export interface Doc {
  readonly file: EmittedFile;
  /** As plain values. */
  readonly value: unknown;
  /** Line in the file of what stands at a path, or of the nearest thing around it; 1-based. */
  lineOf(path: Path): number;
  /** What is no YAML. */
  readonly errors: readonly { readonly line: number; readonly message: string }[];
}

const known = new WeakMap<EmittedFile, readonly Doc[]>();

/** The documents of a YAML or JSON file; none for other files. Each file is parsed once. */
export function documentsOf(file: EmittedFile): readonly Doc[] {
  const found = known.get(file);
  if (found !== undefined) return found;
  const made = /\.(ya?ml|json)$/.test(file.path) ? parsed(file) : [];
  known.set(file, made);
  return made;
}

/** Reading a text costs more than all checks: it is put off until a line is asked for, where the values are known. */
function parsed(file: EmittedFile): Doc[] {
  // Merge keys are known to who reads the file, and not to who rendered it.
  const hasMerge = file.text.includes('<<') && /^[^#\n]*<<['"]?\s*:/m.test(file.text);
  const values = hasMerge && !file.path.endsWith('.json') ? undefined : (file.values ?? jsonValues(file));
  if (values === undefined) return read(file);
  const [json] = values;
  if (isPlainJson(file.text, json))
    return [{ file, value: json, lineOf: (path) => lineInJson(json, path), errors: [] }];
  let places: Doc[] | undefined;
  return values
    .filter((value) => value !== null && value !== undefined)
    .map((value, index) => ({
      file,
      value,
      lineOf(path) {
        places ??= read(file);
        return places[index]?.lineOf(path) ?? 1;
      },
      errors: [],
    }));
}

function jsonValues({ path, text }: EmittedFile): unknown[] | undefined {
  if (!path.endsWith('.json')) return undefined;
  try {
    return [JSON.parse(text)];
  } catch {
    // The YAML reader says where it is wrong.
    return undefined;
  }
}

function read(file: EmittedFile): Doc[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(file.text, { lineCounter: lines, merge: true }) as Document.Parsed[];
  return documents
    .filter(({ contents, errors }) => contents !== null || errors.length > 0)
    .map((document) => ({
      file,
      value: document.errors.length > 0 ? undefined : document.toJS(),
      lineOf: (path) => lines.linePos(offsetOf(document, path)).line,
      errors: document.errors.map(({ pos, message }) => ({
        line: lines.linePos(pos[0]).line,
        message: message.split('\n')[0] ?? '',
      })),
    }));
}

/** A key stands where its fault is, so the key of the last step counts rather than its value. */
function offsetOf(document: Document.Parsed, path: Path): number {
  let node: unknown = document.contents;
  let offset = rangeStart(node) ?? 0;
  for (const step of path) {
    if (!isCollection(node)) break;
    const pair = isMap(node)
      ? node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
      : undefined;
    node = pair === undefined ? node.get(step, true) : pair.value;
    offset = rangeStart(pair?.key) ?? rangeStart(node) ?? offset;
  }
  return offset;
}

function rangeStart(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
