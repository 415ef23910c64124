import { counts } from './example-series.ts';
import type { TestSeries } from './rule-test.ts';
import type { ServiceObjective } from './types.ts';

/** What goes into one test beside others: an objective, and the series that its events make. */
export interface Packed {
  readonly objective: ServiceObjective;
  readonly series: readonly TestSeries[];
  /** Only members of one key can share a test. */
  readonly key: string;
}

/** More would only make the name of a test unreadable. */
const mostTogether = 8;

/**
 * Members put together as far as none counts a series of another. Each test evaluates all rules of the file, so many
 * objectives would take minutes one by one.
 */
export function packs<Member extends Packed>(members: readonly Member[]): Member[][] {
  const byKey = new Map<string, Member[][]>();
  for (const member of members) {
    const known = byKey.get(member.key) ?? [];
    const free = known.find(
      (pack) => pack.length < mostTogether && pack.every((other) => !meet(member, other)),
    );
    if (free === undefined) byKey.set(member.key, [...known, [member]]);
    else free.push(member);
  }
  return [...byKey.values()].flat();
}

function meet(one: Packed, other: Packed): boolean {
  return takesAny(one, other.series) || takesAny(other, one.series);
}

function takesAny({ objective }: Packed, series: readonly TestSeries[]): boolean {
  return series.some((each) => {
    const { total, bad, good } = counts(objective.indicator, each);
    return total || bad || good;
  });
}
