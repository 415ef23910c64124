import { describe, expect, it } from 'vitest';
import { packShipped } from '../../src/emit/pack-shipped.ts';
import { packTemplates } from '../../src/emit/packed-template.ts';
import { readTemplates } from '../../src/emit/read-templates.ts';
import { renderTarget } from '../../src/emit/render-target.ts';
import { type Target, targets } from '../../src/emit/types.ts';
import { renderYaml } from '../../src/emit/yaml-template.ts';
import { emittedTree, repository } from './checks/tree.ts';
import { exampleScope, problemOf } from './fixture.ts';

const folder = `${repository}templates`;
const shipped = JSON.parse(JSON.stringify(packShipped(folder))) as ReturnType<typeof packShipped>;

function packedTemplates(target: Target) {
  return readTemplates(folder, target, undefined, shipped[target]);
}

function packedOne(text: string) {
  const template = { path: 'a.yaml', shown: 'templates/a.yaml', text };
  const [documents] = Object.values(packTemplates([template]));
  return documents === undefined ? template : { ...template, packed: JSON.parse(JSON.stringify(documents)) };
}

const include = (): string => '';

describe('templates that the build has read', () => {
  it.each(targets)('give the same files as their texts for %s', { timeout: 60_000 }, (target) => {
    const { input, files } = emittedTree(target);
    const templates = packedTemplates(target);
    const again = renderTarget(input, templates);
    expect(again.map(({ path, text, reads }) => [path, text, reads])).toEqual(
      files.map(({ path, text, reads }) => [path, text, reads]),
    );
    const read = templates.filter(({ path, packed }) => /\.ya?ml$/.test(path) && packed === undefined);
    expect(read.map(({ path }) => path)).toEqual([]);
  });

  it('are told in errors by their line and column', () => {
    const text = 'a: 1\n---\nb:\n  c: !plan worker.machine.count\n';
    const template = packedOne(text);
    expect(template).toHaveProperty('packed');
    expect(problemOf(() => renderYaml(template, exampleScope(), include))).toMatchObject({
      file: 'templates/a.yaml',
      line: 4,
      column: 12,
    });
  });

  it.each(['a: &x 1\nb: *x\n', '%YAML 1.1\n---\na: yes\n'])(
    'are left out where packing loses something: %j',
    (text) => {
      const template = packedOne(text);
      expect(template).not.toHaveProperty('packed');
      expect(renderYaml(template, exampleScope(), include)).toBe(text);
    },
  );

  it('are not taken for a text that was edited since', () => {
    const yaml = readTemplates(folder, 'kubernetes').filter(({ path }) => path.endsWith('.yaml'));
    const hashes = (end: string) =>
      Object.keys(packTemplates(yaml.map((each) => ({ ...each, text: each.text + end }))));
    expect(hashes('').every((hash) => hash in shipped.kubernetes)).toBe(true);
    expect(hashes('# edited\n').some((hash) => hash in shipped.kubernetes)).toBe(false);
  });
});
