import { describe, expect, it } from 'vitest';
import { buildPlan } from '../../src/plan/build.ts';
import { explain } from '../../src/sheet/explain.ts';
import type { Explanation } from '../../src/sheet/types.ts';
import { exampleSpec } from '../../src/spec/example.ts';

const { sheet, quantities } = buildPlan({ spec: exampleSpec(), sets: [] });
const values = sheet.evaluate();

function leaves(tree: Explanation, seen = new Set<Explanation>()): readonly Explanation[] {
  if (seen.has(tree)) return [];
  seen.add(tree);
  return tree.inputs.length === 0 ? [tree] : tree.inputs.flatMap((input) => leaves(input, seen));
}

describe('explaining a quantity', () => {
  it.each([...sheet.quantities.keys()])('%s ends in origins only', (name) => {
    const tree = explain(sheet, values, name);
    for (const leaf of leaves(tree)) {
      expect(leaf.origin.kind, `${leaf.name} has neither inputs nor an origin`).not.toBe('derived');
    }
  });

  it('says of every quantity what it means, in words that no other quantity of its tier has', () => {
    const meanings = new Map<string, string>();
    for (const { name, meaning } of quantities.values()) {
      expect(meaning.length, name).toBeGreaterThan(8);
      expect(meaning, name).not.toMatch(/\.$/);
      if (!/\.(machine|objective)\b/.test(name) && !name.startsWith('machines.')) {
        const key = `${name.split('.')[0]}: ${meaning}`;
        expect(meanings.get(key), `${name} has the meaning of another quantity`).toBeUndefined();
        meanings.set(key, name);
      }
    }
  });

  it('says of every assumption why it was made', () => {
    for (const { name, origin } of quantities.values()) {
      if (origin.kind === 'assumed') expect(origin.why.length, name).toBeGreaterThan(10);
      if (origin.kind === 'cited') expect(origin.source.length, name).toBeGreaterThan(10);
    }
  });
});
