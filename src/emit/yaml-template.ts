import type { Document } from 'yaml';
import { unpacked } from './packed-template.ts';
import { documentOf, type ParsedDocument, parseTemplate } from './parsed-template.ts';
import { createRecorder } from './recorder.ts';
import type { Scope } from './scope.ts';
import type { Template } from './types.ts';
import { commentsOf, expand } from './yaml-nodes.ts';
import type { Include, Rendering } from './yaml-rendering.ts';

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
  return yamlText(renderDocuments(template, scope, include));
}

/** The documents of a YAML template that apply, rendered. Throws as above. */
export function renderDocuments(template: Template, scope: Scope, include: Include): Document[] {
  const rendering: Rendering = { template, include };
  return parsedOnce(template).flatMap((document) => rendered(document, scope, rendering));
}

/** The same for a format that has no comments: they are checked, and what they say is not noted. */
export function renderValues(template: Template, scope: Scope, include: Include): unknown[] {
  const rendering: Rendering = { template, include, comments: createRecorder() };
  return parsedOnce(template)
    .flatMap((document) => rendered(document, scope, rendering))
    .map(plainValue);
}

/** The text of documents, one after the other. */
export function yamlText(documents: readonly Document[]): string {
  return documents
    .map(documentText)
    .map((each, index) => (index > 0 && !each.startsWith('---') ? `---\n${each}` : each))
    .join('');
}

/** What reading the text of a document would give. */
export function plainValue(document: Document): unknown {
  return document.toJS();
}

/** Directives stand above `---`: without it there are none, and looking for their tags in the tree is saved. */
function documentText(document: Document): string {
  const directives = document.directives?.docStart ? null : false;
  return document.toString({ lineWidth: 0, directives });
}

const known = new WeakMap<Template, readonly ParsedDocument[]>();

/** Templates are rendered for many regions, items and files, and read once. */
function parsedOnce(template: Template): readonly ParsedDocument[] {
  const found =
    known.get(template) ??
    (template.packed === undefined ? parseTemplate(template) : unpacked(template.packed));
  known.set(template, found);
  return found;
}

function rendered(document: ParsedDocument, scope: Scope, rendering: Rendering): Document[] {
  const { contents } = document;
  const [node] = contents === null ? [null] : expand(contents, scope, rendering);
  if (node === undefined) return [];
  const comments = commentsOf(document, scope, rendering, contents);
  return [Object.assign(documentOf(node, document), comments)];
}
