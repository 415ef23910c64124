import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { exampleSpec } from '../../src/spec/example.ts';

/** What a chunk of the product exports is a namespace or the function itself, as the bundler sees fit. */
function builtExample(): unknown {
  const chunks = fileURLToPath(new URL('../../dist/chunks/', import.meta.url));
  const name = readdirSync(chunks).find((each) => each.startsWith('example-'));
  const exported = Object.values<object>(createRequire(import.meta.url)(`${chunks}${name}`));
  const found = exported.flatMap((each) => [each, ...Object.values(each)]);
  return found.find((each) => typeof each === 'function' && each.name === 'exampleSpec')?.();
}

describe('the built-in example', () => {
  it('is, in the product, what reading its text gives', () => {
    expect(builtExample()).toEqual(exampleSpec());
  });
});
