import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { isPlainJson, lineInJson } from '../../../src/emit/checks/json-lines.ts';
import type { Path } from '../../../src/emit/schema/json-schema.ts';

/** Every path into a value. */
function pathsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Array.isArray(value)
    ? value.flatMap((each, index) => pathsIn(each, [...path, index]))
    : Object.entries(value).flatMap(([key, each]) => pathsIn(each, [...path, key]));
  return [path, ...inner];
}

/** Line of the key, or of the item, as a reader of the text finds it. */
function lineRead(text: string, path: Path): number {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const holder = path.length === 0 ? null : document.getIn(path.slice(0, -1), true);
  const node = isMap(holder)
    ? holder.items.find(({ key }) => isScalar(key) && key.value === path.at(-1))?.key
    : document.getIn(path, true);
  const found = path.length === 0 ? document.contents : node;
  return isNode(found) ? lines.linePos(found.range?.[0] ?? 0).line : Number.NaN;
}

describe('the line of a place in JSON', () => {
  const values = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom<unknown>('a', '', 'x\ny', 1, true, null),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), tie('value'), { maxKeys: 3 }),
    ),
  })).value;

  it('is where a reader of the text finds it', () => {
    fc.assert(
      fc.property(values, (value) => {
        const text = `${JSON.stringify(value, null, 2)}\n`;
        fc.pre(isPlainJson(text, value));
        for (const path of pathsIn(value))
          expect([path, lineInJson(value, path)]).toEqual([path, lineRead(text, path)]);
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it('is that of the nearest thing around it where there is none', () => {
    const value = { a: 1, b: { c: [true] } };
    expect(lineInJson(value, ['b', 'd', 'e'])).toBe(3);
    expect(lineInJson(value, ['x'])).toBe(1);
  });

  it('is not counted in a text that is written in another way', () => {
    expect(isPlainJson('{"a": 1}\n', { a: 1 })).toBe(false);
    expect(isPlainJson('{\n  "a": 1\n}\n', { a: 1 })).toBe(true);
  });
});
