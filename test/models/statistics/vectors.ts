import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

/** One published or recomputed number with its tolerance, as in test/vectors. */
export interface Vector {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: each vector has inputs and results of its own.
  readonly input: any;
  // biome-ignore lint/suspicious/noExplicitAny: each vector has inputs and results of its own.
  readonly expected: any;
  readonly tolerance: number;
}

const file = new URL('../../vectors/reliability.json', import.meta.url);
const all: readonly Vector[] = JSON.parse(readFileSync(file, 'utf8'));

export function vector(name: string): Vector {
  const found = all.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no vector ${name}`);
  return found;
}

/** Relative comparison; absolute only where zero is expected. */
export function expectNear(actual: number, expected: number, tolerance: number): void {
  if (expected === 0) expect(Math.abs(actual)).toBeLessThanOrEqual(tolerance);
  else expect(Math.abs(actual / expected - 1)).toBeLessThanOrEqual(tolerance);
}
