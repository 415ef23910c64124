import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { targets } from '../../src/emit/types.ts';
import { exampleSpec } from '../../src/spec/example.ts';
import { brief, emittedTree, faultsOf } from './checks/tree.ts';

const hostile = [
  'x: y #z\n  evil: true',
  '"; rm -rf / #',
  '{{service.name}} {{nothing}}',
  "it's --> <% boom() %> <!--",
  '../../etc/passwd',
  'yes',
  '123',
  'é'.repeat(300),
  '\u2028listen 0.0.0.0\r\nuser root',
];

describe.each(targets)('a hostile service name for %s', (target) => {
  const plain = emittedTree(target);

  it.each(hostile)('%j changes no structure', async (name) => {
    const tree = emittedTree(target, { ...exampleSpec(), name });
    expect(tree.files.map(({ path }) => path)).toEqual(plain.files.map(({ path }) => path));
    for (const [index, file] of tree.files.entries()) {
      const usual = plain.files[index];
      if (usual === undefined) throw new Error('unreachable');
      // The rules sort by the name of their service and fold long texts.
      if (file.path.startsWith('observability/') || /rules|dashboard|README/.test(file.path)) continue;
      if (/\.ya?ml$/.test(file.path)) expect(shapes(file.text)).toEqual(shapes(usual.text));
      else expect([file.path, lines(file.text)]).toEqual([file.path, lines(usual.text)]);
    }
  });

  it('passes every check all the same', async () => {
    for (const name of hostile.slice(0, 3)) {
      expect((await faultsOf(emittedTree(target, { ...exampleSpec(), name }))).map(brief)).toEqual([]);
    }
  });
});

const lines = (text: string) => text.split(/\r\n|[\n\r\u2028]/).length;

/** Kinds of values and names of keys; the values themselves may differ. */
function shapes(text: string): unknown {
  return parseAllDocuments(text).map((document) => {
    expect(document.errors).toEqual([]);
    return shapeOf(document.toJS());
  });
}

function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shapeOf(each)]));
}
