import { describe, expect, it } from 'vitest';
import type { EmittedFile } from '../../../src/emit/types.ts';
import { emittedTree, faultsOf, type Tree } from './tree.ts';

/** Configs that name hosts and ports; prose and rules do not. */
const isConfig = ({ path }: EmittedFile) => /^(config|haproxy|nats|prometheus|cassandra)\//.test(path);
const address = /(?<![\w.%{$-])([\w-]+(?:\.[\w-]+)*):(\d{4,5})(?![\w.:-])/g;

interface Change {
  readonly tree: Tree;
  readonly what: string;
}

/** The tree with one host or one port changed, for each that a config names. */
function* changes(tree: Tree): Generator<Change> {
  for (const file of tree.files.filter(isConfig)) {
    for (const match of file.text.matchAll(address)) {
      const [whole, host = '', port = ''] = match;
      const line = file.text.slice(file.text.lastIndexOf('\n', match.index) + 1, match.index);
      // Every address of the container, and `localhost` in it, are hosts that no file has to know.
      if (line.includes('#') || host === '0.0.0.0') continue;
      const other = /^127\./.test(host) ? '127.0.0.77' : `${host}x`;
      for (const to of [
        `${host}:${Number(port) + 5000}`,
        ...(host === 'localhost' ? [] : [`${other}:${port}`]),
      ]) {
        const text = file.text.slice(0, match.index) + to + file.text.slice(match.index + whole.length);
        const files = tree.files.map((each) => {
          if (each !== file) return each;
          const { values: _, ...rest } = each;
          return { ...rest, text };
        });
        yield { tree: { ...tree, files }, what: `${file.path}: ${whole} to ${to}` };
      }
    }
  }
}

describe.each(['compose', 'local'] as const)('of the addresses in the configs for %s', (target) => {
  it('each host and each port that is changed is found', { timeout: 120_000 }, async () => {
    const missed: string[] = [];
    let count = 0;
    for (const { tree, what } of changes(emittedTree(target))) {
      count += 1;
      if ((await faultsOf(tree)).length === 0) missed.push(what);
    }
    expect(missed).toEqual([]);
    expect(count).toBeGreaterThan(100);
  });
});
