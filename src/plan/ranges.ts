import type { Problem } from '../problems/problem.ts';
import type { Declaration, InputDeclaration } from '../sheet/types.ts';
import { parseQuantity } from '../units/quantity.ts';

/** Shares that may be more than the whole: demand can double. */
const unbounded = new Set(['workload.growth', 'workload.surge', 'queue.surge.ratio']);

/** Shares of which the rest is divided by, or must be left over. */
const belowWhole = new Set([
  'policy.headroom',
  'objectives.availability.target',
  'objectives.latency.percentile',
  'usageStore.compactionReserve',
  'worker.deploy.batch',
]);

/** Inputs that the user set to what cannot be: negative amounts, shares beyond the whole. In order of declaration. */
export function rangeProblems(
  declarations: readonly Declaration[],
  names: ReadonlySet<string>,
): readonly Problem[] {
  return declarations.flatMap((declaration) => {
    if (!names.has(declaration.name) || !('value' in declaration)) return [];
    const expected = expectation(declaration);
    return expected === undefined ? [] : [problemOf(declaration, expected)];
  });
}

function expectation({ name, unit, value }: InputDeclaration): string | undefined {
  const base = typeof value === 'number' ? value : parseQuantity(value).value;
  if (base < 0) return 'a value that is not negative';
  if (unit !== '%') return undefined;
  if (belowWhole.has(name) && base >= 1) return 'a share below 100 %';
  if (!unbounded.has(name) && base > 1) return 'a share of at most 100 %';
  return undefined;
}

function problemOf({ name, value, origin }: InputDeclaration, expected: string): Problem {
  const message = `${name} cannot be ${value}`;
  const advice = `give ${expected}`;
  if (origin.kind !== 'given' || 'flag' in origin) return { code: 'bad-flag', message, advice };
  const { file, line, column } = origin;
  return { code: 'out-of-range', file, line, column, message, advice };
}
