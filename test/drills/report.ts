import { expect } from 'vitest';
import { counted } from './failures.ts';
import type { Seen } from './load.ts';

/** The first of them: all would hide the rest of the report. */
export function some(seen: readonly Seen[], faultAt: number): readonly object[] {
  return seen.slice(0, 5).map((each) => shown(each, faultAt));
}

export function shown(seen: Seen | undefined, faultAt: number): object {
  const { number, mode, status, code, retryAfter, why, location, ending } = seen ?? {};
  const [from, to] = [seen?.startedAt ?? 0, seen?.endedAt ?? 0].map((at) => Math.round(at - faultAt));
  return { number, mode, status, code, retryAfter, why, location, ending, from, to };
}

/** Says how requests failed and for how long, for whoever compares it with the plan. */
export function report(failed: readonly Seen[], faultAt: number): void {
  if (failed.length === 0) return;
  const [first, last] = [Math.min, Math.max].map((pick) =>
    ((pick(...failed.map(({ startedAt }) => startedAt)) - faultAt) / 1000).toFixed(1),
  );
  const name = expect.getState().currentTestName?.split(' > ').slice(1).join(' ');
  process.stderr.write(
    `  ${name}: ${failed.length} failed (${counted(failed)}), begun ${first} to ${last} s after the fault\n`,
  );
}
