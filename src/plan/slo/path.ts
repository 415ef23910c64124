import type { Dependency } from '../../spec/types.ts';

/**
 * Capacity of the path of a request: the least where all parts are needed, the most where any will do, and the m-th
 * most where m are. Capacities are relative to the demand of the peak; what one tier sheds reaches no tier behind it.
 */
export function pathCapacity(at: Dependency, of: (tier: string) => number): number {
  if (typeof at === 'string') return of(at);
  if ('and' in at) return Math.min(...at.and.map((part) => pathCapacity(part, of)));
  if ('or' in at) return Math.max(...at.or.map((part) => pathCapacity(part, of)));
  const sorted = at.of.map((part) => pathCapacity(part, of)).sort((a, b) => b - a);
  return sorted[at.atLeast - 1] ?? 0;
}

/**
 * Share of the requests that fail on their path where each tier fails a share of its own, whichever they are: 1 − Π (1 − s)
 * where all parts are needed, Π s where any will do, and enough of them failing where some are.
 */
export function pathShare(at: Dependency, of: (tier: string) => number): number {
  if (typeof at === 'string') return of(at);
  if ('and' in at) return seriesShare(at.and.map((part) => pathShare(part, of)));
  if ('or' in at) return at.or.reduce((all, part) => all * pathShare(part, of), 1);
  return fewerThan(
    at.atLeast,
    at.of.map((part) => 1 - pathShare(part, of)),
  );
}

/** Tiers without any of which a request fails, in the order in which it needs them. */
export function criticalTiers(at: Dependency): string[] {
  return tiersIn(at).filter((id) => pathShare(at, (each) => (each === id ? 1 : 0)) === 1);
}

/** Tiers that an expression names, each once. */
function tiersIn(at: Dependency): string[] {
  if (typeof at === 'string') return [at];
  const parts = 'and' in at ? at.and : 'or' in at ? at.or : at.of;
  return [...new Set(parts.flatMap(tiersIn))];
}

function seriesShare(shares: readonly number[]): number {
  // 1 − (1 − s) would leave noise where one part fails alone.
  const failing = shares.filter((share) => share > 0);
  if (failing.length < 2) return failing[0] ?? 0;
  return failing.includes(1) ? 1 : 1 - failing.reduce((kept, share) => kept * (1 - share), 1);
}

/** Chance that fewer than m of independent parts answer. */
function fewerThan(needed: number, chances: readonly number[]): number {
  let counts = [1];
  for (const chance of chances) {
    const next = Array.from({ length: counts.length + 1 }, () => 0);
    counts.forEach((mass, i) => {
      next[i] = (next[i] as number) + mass * (1 - chance);
      next[i + 1] = (next[i + 1] as number) + mass * chance;
    });
    counts = next;
  }
  return counts.slice(0, needed).reduce((sum, mass) => sum + mass, 0);
}
