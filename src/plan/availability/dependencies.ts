import { evenShare, extraNine, failureLogic } from '../../models/reliability/dependencies.ts';
import type { Dependency, Spec } from '../../spec/types.ts';
import { evaluateIn, importancesIn, narrowed, type Prepared } from './evaluate.ts';
import type { TierFacts } from './tier-facts.ts';
import type { AvailabilityPlan, PartRank } from './types.ts';

/** What a request of the source's figure needs; usage may lag. */
const usual: Dependency = {
  and: ['loadBalancer', 'api', { or: ['identityCache', 'identityData'] }, 'queue', 'worker'],
};

/** The expression of the spec, else the usual one over the tiers that there are, else all of them. */
export function dependencyOf({ dependencies }: Spec, tiers: readonly TierFacts[]): Dependency {
  const ids = new Set(tiers.map(({ id }) => id));
  const kept = pruned(dependencies?.value ?? usual, ids);
  return kept ?? { and: [...ids] };
}

/** The expression without tiers that are not modelled; undefined where nothing is left. */
function pruned(at: Dependency, ids: ReadonlySet<string>): Dependency | undefined {
  if (typeof at === 'string') return ids.has(at) ? at : undefined;
  const keep = (parts: readonly Dependency[]) =>
    parts.map((part) => pruned(part, ids)).filter((part) => part !== undefined);
  if ('and' in at) return joined(keep(at.and), (and) => ({ and }));
  if ('or' in at) return joined(keep(at.or), (or) => ({ or }));
  const of = keep(at.of);
  return joined(of, () => ({ atLeast: Math.min(at.atLeast, of.length), of }));
}

function joined(parts: readonly Dependency[], join: (parts: readonly Dependency[]) => Dependency) {
  return parts.length < 2 ? parts[0] : join(parts);
}

export function failureOf(dependency: Dependency) {
  return failureLogic(dependency);
}

/** The expression as it would be written. */
export function dependencyText(at: Dependency): string {
  if (typeof at === 'string') return at;
  if ('and' in at) return at.and.map((part) => bracketed(part)).join(' and ');
  if ('or' in at) return at.or.map((part) => bracketed(part)).join(' or ');
  return `${at.atLeast} of (${at.of.map(dependencyText).join(', ')})`;
}

function bracketed(at: Dependency): string {
  return typeof at === 'string' || 'of' in at ? dependencyText(at) : `(${dependencyText(at)})`;
}

/**
 * What each tier means to the service, with what tiers share counted once: U with the tier failed less U with it perfect
 * (Birnbaum), the part of U that it owns (criticality), risk achievement and reduction worth, and how unavailable it
 * may be for the service to meet its objective, from U(q) = U(perfect) + Birnbaum · q.
 */
export function partRanks(
  prepared: Prepared,
  tiers: readonly TierFacts[],
  objective: number,
  windowHours: number,
): PartRank[] {
  const { service, tiers: chances } = evaluateIn(prepared, prepared.world).day;
  return importancesIn(narrowed(prepared, 1e-10))
    .map(({ name, birnbaum, saved, failed }) => {
      const left = objective - (service - saved);
      return {
        id: name,
        title: tiers.find(({ id }) => id === name)?.title ?? name,
        birnbaum,
        criticality: saved / service,
        riskAchievement: failed / service,
        riskReduction: saved < service ? service / (service - saved) : Number.POSITIVE_INFINITY,
        minutesSaved: saved * windowHours * 60,
        unavailability: chances.get(name) ?? 0,
        allowed: birnbaum > 0 ? Math.min(1, left / birnbaum) : left >= 0 ? 1 : left,
      };
    })
    .sort((a, b) => b.minutesSaved - a.minutesSaved);
}

/** What a critical dependency should offer: a tenth of the budget, or its even share of it. */
export function dependencyRule(
  dependency: Dependency,
  objective: number,
): AvailabilityPlan['dependencyRule'] {
  const critical = typeof dependency === 'object' && 'and' in dependency ? dependency.and.length : 1;
  return { extraNine: extraNine(objective), evenShare: evenShare(objective, critical) };
}
