import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { exampleText } from '../../src/spec/example.ts';
import { specSchema } from '../../src/spec/schema.ts';
import { changed, minimal, withTiers } from './minimal.ts';

const file = new URL('../../schemas/spec.json', import.meta.url).pathname;

describe('the JSON Schema of the spec', () => {
  it('is what schemas/spec.json holds', async () => {
    await expect(`${JSON.stringify(specSchema(), null, 2)}\n`).toMatchFileSnapshot(file);
  });

  const accepts = (text: string) => z.fromJSONSchema(schema).safeParse(parse(text)).success;
  const schema = JSON.parse(JSON.stringify(specSchema()));
  const ownTier =
    '  cache: {title: Cache, count: nodes, quantities: {nodes: {unit: 1, meaning: nodes, value: 3}}}\n';

  it.each([
    ['the built-in example', exampleText],
    ['the shortest spec', minimal],
    [
      'an uncertain value',
      changed('10k req/s', '{low: 1 req/s, mid: 2 req/s, high: 3 req/s, confidence: 90 %}'),
    ],
    ['a lognormal payload', changed('classes: [{size: 200 kB, share: 100 %}]', 'mean: 200 kB, p99: 800 kB')],
    ['flat traffic', changed('  peak:', '  traffic: flat\n  peak:')],
    ['regions for short', changed('{zones: [a, b, c]}', '[a, b, c]')],
    ['a tier without answers', withTiers('  api:\n')],
    [
      'an override by a formula',
      withTiers('  api: {overrides: {a: 5 ms, b: 2 * api.a, c: {value: 5 ms, unit: ms}}}\n'),
    ],
    ['a tier of the user', withTiers(ownTier)],
  ])('accepts %s', (_what, text) => {
    expect(accepts(text)).toBe(true);
  });

  it.each([
    ['an unknown key', `${minimal}colour: red\n`],
    ['a missing key', changed('  users: 100k\n', '')],
    ['a misspelt word', `${minimal}policy: {onZoneLoss: shedd}\n`],
    ['an own tier without count', withTiers(ownTier.replace('count: nodes, ', ''))],
  ])('refuses %s', (_what, text) => {
    expect(accepts(text)).toBe(false);
  });

  it('says what every key means', () => {
    const unexplained: string[] = [];
    const walk = (schema: unknown, path: string): void => {
      if (typeof schema !== 'object' || schema === null) return;
      for (const [key, value] of Object.entries(schema)) {
        if (key === 'properties' && path !== '/properties/tiers') {
          for (const [name, each] of Object.entries(value)) {
            if (typeof (each as { description?: unknown }).description !== 'string')
              unexplained.push(`${path}/${name}`);
          }
        }
        walk(value, `${path}/${key}`);
      }
    };
    walk(specSchema(), '');
    expect(unexplained).toEqual([]);
  });
});
