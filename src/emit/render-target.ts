import { posix } from 'node:path';
import type { Region } from '../spec/types.ts';
import { withHeader } from './header.ts';
import { renderLines } from './line-template.ts';
import { templateError } from './place.ts';
import { createScope, type Scope, slug, type Value } from './scope.ts';
import type { EmitInput, EmittedFile, Template } from './types.ts';
import { renderDocuments } from './yaml-template.ts';

/** In a template's path: the file is made once for each region, or for each item of a list. */
const regionMark = '__region__';
const listMark = /__([A-Za-z][\w.]*)__/;

/** What below this folder is rendered from the plan for a small machine. */
const smallFolder = 'overlays/small/';

/**
 * Every file of a target, in the order of their paths. What the name of a template means:
 *
 *   x.yaml, x.yml   a YAML template          x.json.yaml   a YAML template written as JSON
 *   x.eta           a line template for x    _x            a part of others, not a file of its own
 *   __region__      anywhere in the path: one file for each region
 *   __LIST__        one file for each item of the list, such as __queue.nodes.count__, with the variable `node`
 *
 * A template that renders to nothing gives no file. Throws InvalidInput with the place in the template.
 */
export function renderTarget(input: EmitInput, templates: readonly Template[]): EmittedFile[] {
  const byPath = new Map(templates.map((template) => [template.path, template]));
  const files = templates
    .filter(({ path }) => !posix.basename(path).startsWith('_'))
    .flatMap((template) => renderAll(inputOf(input, template), template, byPath));
  for (const { path, text, reads } of input.made)
    files.push({ path, text: withHeader(path, text, input), reads });
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function inputOf(input: EmitInput, { path }: Template): EmitInput {
  return input.small && path.startsWith(smallFolder) ? input.small : input;
}

function renderAll(input: EmitInput, template: Template, all: ReadonlyMap<string, Template>): EmittedFile[] {
  const regions = input.spec.regions.value;
  const each = template.path.includes(regionMark) ? regions : regions.slice(0, 1);
  return each.flatMap((region) => renderOne(input, template, region, all));
}

function renderOne(
  input: EmitInput,
  template: Template,
  region: Region,
  all: ReadonlyMap<string, Template>,
): EmittedFile[] {
  const recorder = { reads: new Set<string>() };
  const scope = createScope(input, region, recorder);
  const named = template.path.replaceAll(regionMark, slug(region.name));
  const list = listMark.exec(named)?.[1];
  if (list === undefined) return fileOf(input, named, rendered(template, scope, all), recorder.reads);
  const items = itemsOf(template, scope, list);
  return items.flatMap((item) => {
    // The list says which files there are, and nothing of what is in them.
    const own = { reads: new Set<string>() };
    const text = rendered(template, createScope(input, region, own).with('node', item), all);
    return fileOf(input, named.replaceAll(`__${list}__`, String(item)), text, own.reads);
  });
}

function itemsOf({ shown }: Template, scope: Scope, list: string): readonly Value[] {
  try {
    return scope.list(list);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const advice = 'name a list or a count of the plan between the double underscores';
    throw templateError({ file: shown, line: 1, column: 1 }, error.message, advice);
  }
}

function fileOf(
  input: EmitInput,
  path: string,
  { text, values }: Rendered,
  reads: ReadonlySet<string>,
): EmittedFile[] {
  if (text.trim() === '') return [];
  const output = outputPath(path);
  const known = values === undefined ? {} : { values };
  return [{ path: output, text: withHeader(output, text, input), ...known, reads: [...reads].sort() }];
}

/** A text, and what it says where it is YAML or JSON. */
interface Rendered {
  readonly text: string;
  readonly values?: readonly unknown[];
}

/** The text of a template without header; `!file` names others by their path beside it, without `.eta`. */
function rendered(template: Template, scope: Scope, all: ReadonlyMap<string, Template>): Rendered {
  const include = (name: string, inner: Scope): string => {
    const path = posix.join(posix.dirname(template.path), name);
    const other = all.get(path) ?? all.get(`${path}.eta`);
    if (other === undefined) throw new RangeError(`there is no template ${path}`);
    return rendered(other, inner, all).text;
  };
  if (template.path.endsWith('.eta')) return { text: renderLines(template, scope) };
  if (template.path.endsWith('.json.yaml')) return asJson(renderDocuments(template, scope, include).values);
  if (/\.ya?ml$/.test(template.path)) return renderDocuments(template, scope, include);
  return { text: template.text };
}

function asJson([value = null]: readonly unknown[]): Rendered {
  return { text: `${JSON.stringify(value, null, 2)}\n`, values: [value] };
}

function outputPath(path: string): string {
  return path.replace(/\.eta$/, '').replace(/\.json\.yaml$/, '.json');
}
