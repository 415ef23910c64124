import { posix } from 'node:path';
import { regionSlug } from '../rules/name-slug.ts';
import type { Region } from '../spec/types.ts';
import { headerSaid, withHeader } from './header.ts';
import { templateError } from './place.ts';
import { createRecorder, namesIn } from './recorder.ts';
import { type RenderedTemplate, type RenderTemplate, templateRenderer } from './render-template.ts';
import { createScope, type Scope } from './scope.ts';
import { type EmitInput, type EmittedFile, smallFolder, type Template, type Value } from './types.ts';

/** In a template's path: the file is made once for each region, or for each item of a list. */
const regionMark = '__region__';
const listMark = /__([A-Za-z][\w.]*)__/;

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
  const whole = templates.filter(({ path }) => !posix.basename(path).startsWith('_'));
  const [small, planned] = [whole.filter(isSmall), whole.filter((template) => !isSmall(template))];
  const files = [
    ...rendered(input, planned, byPath),
    ...rendered(input.small ?? input, small, byPath),
    ...input.made.flatMap(({ path, values, ...made }) =>
      path === undefined
        ? []
        : fileOf(input, path, values === undefined ? made : { ...made, values: () => values }),
    ),
  ];
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function isSmall({ path }: Template): boolean {
  return path.startsWith(`${smallFolder}/`);
}

function rendered(
  input: EmitInput,
  templates: readonly Template[],
  byPath: ReadonlyMap<string, Template>,
): EmittedFile[] {
  return input.spec.regions.value.flatMap((region, index) => {
    const scope = createScope(input, region, createRecorder());
    const render = templateRenderer(byPath);
    return templates
      .filter(({ path }) => index === 0 || path.includes(regionMark))
      .flatMap((template) => filesOf(input, template, { scope, render, region }));
  });
}

interface InRegion {
  readonly scope: Scope;
  readonly render: RenderTemplate;
  readonly region: Region;
}

function filesOf(input: EmitInput, template: Template, { scope, render, region }: InRegion): EmittedFile[] {
  const named = template.path.replaceAll(regionMark, regionSlug(region.name));
  const list = listMark.exec(named)?.[1];
  if (list === undefined) return fileOf(input, named, render(template, scope));
  return itemsOf(template, scope, list).flatMap((item) =>
    // The list says which files there are, and nothing of what is in them.
    fileOf(input, namedFor(item, list, named, template), render(template, scope.with('node', item))),
  );
}

/** The path of the file for an item of a list. Throws InvalidInput where it would be another folder's. */
function namedFor(item: Value, list: string, named: string, { shown }: Template): string {
  const path = named.replaceAll(`__${list}__`, () => String(item));
  if (!/[/\\\0]/.test(String(item)) && posix.normalize(path) === path) return path;
  const message = `${JSON.stringify(String(item))} of ${list} cannot be part of the name of a file`;
  const advice = 'give it a name without slashes, and another one than . or ..';
  throw templateError({ file: shown, line: 1, column: 1 }, message, advice);
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

function fileOf(input: EmitInput, path: string, { text, said, values }: RenderedTemplate): EmittedFile[] {
  if (text.trim() === '') return [];
  const output = outputPath(path);
  const all = [...said.values(), ...headerSaid(output, input)];
  return [
    {
      path: output,
      text: withHeader(output, text, input),
      ...(values === undefined ? {} : { values: values() }),
      reads: namesIn(all),
      said: all,
    },
  ];
}

function outputPath(path: string): string {
  return path.replace(/\.eta$/, '').replace(/\.json\.yaml$/, '.json');
}
