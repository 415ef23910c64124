import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { BurnAlert } from '../../../src/models/slo/burn-alert.ts';

/** One published or recomputed number of the field of objectives, as in test/vectors. */
export interface SloVector {
  readonly name: string;
  readonly model: string;
  // biome-ignore lint/suspicious/noExplicitAny: each vector has inputs and results of its own.
  readonly input: any;
  // biome-ignore lint/suspicious/noExplicitAny: each vector has inputs and results of its own.
  readonly expected: any;
  readonly tolerance: { readonly rel?: number; readonly abs?: number } | null;
}

const file = new URL('../../vectors/slo.json', import.meta.url);

export const sloVectors: readonly SloVector[] = JSON.parse(readFileSync(file, 'utf8'));

export function sloVector(name: string): SloVector {
  const found = sloVectors.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no vector ${name}`);
  return found;
}

/** Compares with the tolerance of the vector. */
export function expectWithin(actual: number | undefined, expected: number, { tolerance }: SloVector): void {
  const allowed = tolerance?.abs ?? Math.abs(expected) * (tolerance?.rel ?? 0);
  expect(Math.abs((actual ?? Number.NaN) - expected)).toBeLessThanOrEqual(allowed);
}

/** An alert of a vector, which names burn rate and windows only. */
export function alertOf(tier: {
  name?: string;
  burnRate: number;
  longSeconds: number;
  shortSeconds?: number;
}): BurnAlert {
  return {
    name: tier.name ?? 'alert',
    severity: 'page',
    factor: String(tier.burnRate),
    longSeconds: tier.longSeconds,
    shortSeconds: tier.shortSeconds ?? tier.longSeconds,
    forSeconds: 0,
  };
}
