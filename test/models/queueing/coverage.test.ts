import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { vectors } from './vectors.ts';

/** Vectors of the file that no model of queueing, scaling or sizing can answer, and why. */
const elsewhere: Readonly<Record<string, string>> = {
  'slo-burn-factors-28d': 'burn-rate factors belong to the objectives, not to capacity',
  'slo-burn-factors-7d': 'burn-rate factors belong to the objectives, not to capacity',
  'slo-burn-factors-30d-custom': 'burn-rate factors belong to the objectives, not to capacity',
  'availability-budget': 'error budgets belong to the objectives, not to capacity',
  'availability-year-365.25': 'error budgets belong to the objectives, not to capacity',
  'nflx-network-services': 'the price of replication traffic belongs to the cost of a plan',
  'nflx-readme-cassandra-512':
    'the run of another planner: its shapes, prices and random worlds are not given',
  'tail-hedge-bigtable':
    'a measurement without the distribution behind it; hedging is tested against simulation',
};

const folders = ['queueing', 'scaling', 'sizing'].map((name) => new URL(`../${name}/`, import.meta.url));

/** Names that tests hand to vector() as a literal. */
function covered(): Set<string> {
  const names = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith('.test.ts'))
      .flatMap((file) => [...readFileSync(new URL(file, folder), 'utf8').matchAll(/\bvector\('([^']+)'\)/g)])
      .map((match) => match[1] as string),
  );
  return new Set(names);
}

describe('the vectors of queueing and capacity', () => {
  it('are each read by a test or listed with the reason why not, and none is both', () => {
    const tested = covered();
    const forgotten = vectors.filter(({ name }) => !tested.has(name) && !(name in elsewhere));
    expect(forgotten.map(({ name }) => name)).toEqual([]);
    expect(Object.keys(elsewhere).filter((name) => tested.has(name))).toEqual([]);
  });

  it('exist under every name that is read or listed', () => {
    const names = new Set(vectors.map(({ name }) => name));
    expect([...covered(), ...Object.keys(elsewhere)].filter((name) => !names.has(name))).toEqual([]);
  });
});
