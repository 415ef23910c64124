import {
  Document,
  type DocumentOptions,
  LineCounter,
  type Node,
  parseAllDocuments,
  type SchemaOptions,
} from 'yaml';
import { templateError } from './place.ts';
import type { Template } from './types.ts';
import { verbatimTag } from './verbatim.ts';

/** Texts that readers of YAML 1.1, such as kubectl, would take for something else are quoted: `yes`, `on`, `1:30`. */
export const yamlOptions: DocumentOptions & SchemaOptions = { compat: 'yaml-1.1', customTags: [verbatimTag] };

/** A document of a YAML template, before anything is filled in. Never changed: every rendering begins with it. */
export interface ParsedDocument {
  readonly contents: Node | null;
  readonly comment: string | null;
  readonly commentBefore: string | null;
  /** Directives and the marks of its start and end. */
  readonly directives: Document['directives'];
  readonly schema: Document['schema'];
}

/** Reads a YAML template. Throws InvalidInput at the place of the first mistake. */
export function parseTemplate({ text, shown }: Template): ParsedDocument[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { ...yamlOptions, lineCounter: lines }) as Document.Parsed[];
  const [error] = documents.flatMap(({ errors }) => errors);
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    const message = error.message.split('\n')[0] ?? '';
    throw templateError({ file: shown, line, column: col }, message, 'mend the YAML of the template');
  }
  return documents.map(({ contents, comment, commentBefore, directives, schema }) => ({
    ...{ contents: contents as Node | null, comment, commentBefore, directives, schema },
  }));
}

/** A document to be written, in the same version of YAML. */
export function documentOf(contents: Node | null, { directives, schema }: ParsedDocument): Document {
  return Object.assign(new Document(), { contents, directives, schema });
}
