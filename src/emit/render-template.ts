import { posix } from 'node:path';
import { renderLines } from './line-template.ts';
import { createRecorder } from './recorder.ts';
import type { Scope } from './scope.ts';
import type { Said, Template } from './types.ts';
import type { Include } from './yaml-rendering.ts';
import { plainValue, renderDocuments, renderValues, yamlText } from './yaml-template.ts';

/** The text of a template without header. */
export interface RenderedTemplate {
  readonly text: string;
  /** What it says of the plan, by a key for each thing. */
  readonly said: ReadonlyMap<string, Said>;
  /** What it says where it is YAML or JSON: what reading the text would give. */
  values?(): readonly unknown[];
}

/** Renders templates by each other: `!file` names others by their path beside it, without `.eta`. */
export type RenderTemplate = (template: Template, scope: Scope) => RenderedTemplate;

/**
 * A renderer for scopes of one input and region. What is asked for again with the same variables is not rendered again:
 * configs are files, hashes in other files, and parts of overlays.
 */
export function templateRenderer(all: ReadonlyMap<string, Template>): RenderTemplate {
  const known = new Map<string, RenderedTemplate>();
  const render: RenderTemplate = (template, scope) => {
    const key = `${template.path} ${scope.variables}`;
    const found = known.get(key) ?? renderOnce(template, scope, all, render);
    known.set(key, found);
    return found;
  };
  return render;
}

function renderOnce(
  template: Template,
  scope: Scope,
  all: ReadonlyMap<string, Template>,
  render: RenderTemplate,
): RenderedTemplate {
  const recorder = createRecorder();
  const include: Include = (name, inner) => {
    const path = posix.join(posix.dirname(template.path), name);
    const other = all.get(path) ?? all.get(`${path}.eta`);
    if (other === undefined) throw new RangeError(`there is no template ${path}`);
    const { text, said } = render(other, inner);
    recorder.take(said);
    return text;
  };
  return { ...inFormat(template, scope.notedBy(recorder), include), said: recorder.said };
}

function inFormat(template: Template, scope: Scope, include: Include): Omit<RenderedTemplate, 'said'> {
  if (template.path.endsWith('.eta')) return { text: renderLines(template, scope) };
  if (template.path.endsWith('.json.yaml')) {
    const [value = null] = renderValues(template, scope, include);
    return { text: `${JSON.stringify(value, null, 2)}\n`, values: () => [value] };
  }
  if (!/\.ya?ml$/.test(template.path)) return { text: template.text };
  const documents = renderDocuments(template, scope, include);
  return { text: yamlText(documents), values: () => documents.map(plainValue) };
}
