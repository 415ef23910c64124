import { describe, expect, it } from 'vitest';
import { targets } from '../../src/emit/types.ts';
import { exampleSpec } from '../../src/spec/example.ts';
import { brief, emittedTree, faultsOf } from './checks/tree.ts';
import { hostile, structureOf } from './hostile-names.ts';

describe.each(targets)('a hostile service name for %s', (target) => {
  const plain = emittedTree(target);

  it.each(hostile)('%j changes no structure, and passes every check', { timeout: 60_000 }, async (name) => {
    const tree = emittedTree(target, { ...exampleSpec(), name });
    expect(tree.files.map(({ path }) => path)).toEqual(plain.files.map(({ path }) => path));
    for (const [index, file] of tree.files.entries()) {
      const usual = plain.files[index];
      if (usual === undefined) throw new Error('unreachable');
      expect([file.path, structureOf(file)]).toEqual([file.path, structureOf(usual)]);
    }
    expect((await faultsOf(tree)).map(brief)).toEqual([]);
  });
});
