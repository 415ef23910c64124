import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { targets } from '../../src/emit/types.ts';
import { emittedTree } from './checks/tree.ts';

describe.each(targets)('the values that checks of %s take for what a file says', (target) => {
  const { files } = emittedTree(target);

  it('are what reading its text gives', { timeout: 60_000 }, () => {
    const known = files.flatMap(({ path, text, values }) =>
      values === undefined ? [] : [{ path, text, values }],
    );
    expect(known.length).toBeGreaterThan(5);
    for (const { path, text, values } of known) {
      const read = parseAllDocuments(text).map((document) => document.toJS());
      expect([path, values]).toStrictEqual([path, read]);
    }
  });

  it('are known of every YAML file, so that none is read again', () => {
    const unknown = files.filter(({ path, values }) => /\.ya?ml$/.test(path) && values === undefined);
    expect(unknown.map(({ path }) => path)).toEqual([]);
  });
});
