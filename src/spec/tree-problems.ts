import { isScalar, type Node, type Pair, visit } from 'yaml';
import { isMerge, keyText, type Source } from './source.ts';

/** What YAML allows and a spec does not: keys given twice, and aliases of anchors that are nowhere. */
export function reportTreeProblems(source: Source): void {
  reportDuplicateKeys(source);
  reportUnknownAnchors(source);
}

function reportDuplicateKeys(source: Source): void {
  visit(source.document, {
    Map(_key, map, ancestors) {
      const first = new Map<string, Node>();
      for (const pair of map.items as Pair<Node, Node | null>[]) {
        const text = keyText(pair.key);
        const before = first.get(text);
        if (isMerge(pair.key)) continue;
        if (before === undefined) {
          first.set(text, pair.key);
          continue;
        }
        const what = nounOf(ancestors);
        source.report(
          pair.key,
          'duplicate-name',
          `${what} \`${text}\` is given twice`,
          `keep one of them; the first is in line ${source.placeOf(before).line}`,
        );
      }
    },
  });
}

function reportUnknownAnchors(source: Source): void {
  visit(source.document, {
    Alias(_key, alias) {
      if (alias.resolve(source.document) !== undefined) return;
      source.report(
        alias,
        'yaml-syntax',
        `\`*${alias.source}\` refers to no anchor`,
        `write \`&${alias.source}\` before the value it stands for, above this line`,
      );
    },
  });
}

const nouns: Readonly<Record<string, string>> = {
  tiers: 'tier',
  regions: 'region',
  machines: 'machine shape',
  overrides: 'quantity',
  quantities: 'quantity',
};

/** What the keys of a map are called, from the key under which the map stands. */
function nounOf(ancestors: readonly unknown[]): string {
  const parent = ancestors.at(-1) as Pair<Node> | undefined;
  const name =
    parent !== undefined && 'key' in parent && isScalar(parent.key) ? String(parent.key.value) : '';
  return nouns[name] ?? 'key';
}
