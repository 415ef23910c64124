import { readFileSync } from 'node:fs';

/** One published or computed case; `input`, `expected` and `reference` depend on its model. */
export interface Vector {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: each vector has its own shape, and each test knows it.
  readonly input: any;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  readonly expected: any;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  readonly reference?: any;
  readonly tolerance: { readonly abs?: number; readonly rel?: number } | null;
}

const file = new URL('../../vectors/queueing-and-capacity.json', import.meta.url);

export const vectors: readonly Vector[] = JSON.parse(readFileSync(file, 'utf8'));

/** The vector of that name; every name that is read here counts as covered. */
export function vector(name: string): Vector {
  const found = vectors.find((entry) => entry.name === name);
  if (found === undefined) throw new Error(`no vector is named ${name}`);
  return found;
}

/** Difference between a value and what is expected, in units of the vector's tolerance; at most 1 passes. */
export function inTolerances({ tolerance }: Vector, value: number, expected: number): number {
  if (tolerance === null) throw new Error('a vector without tolerance has no numbers to compare');
  const allowed = tolerance.abs ?? (tolerance.rel as number) * Math.abs(expected);
  return allowed === 0 ? Number(value !== expected) * 2 : Math.abs(value - expected) / allowed;
}
