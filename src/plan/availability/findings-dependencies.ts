import type { Finding } from '../types.ts';
import type { AvailabilityFacts } from './findings.ts';
import { availabilityText } from './text.ts';

/** Promises that cannot be kept even if every dependency keeps its own. */
export function dependencyFindings(facts: AvailabilityFacts): Finding[] {
  return [...promisesTogether(facts), ...aboveHost(facts)];
}

/** The service, if every tier that it needs were exactly as good as it promises. */
function promisesTogether({ prepared, facts, dependencyRule }: AvailabilityFacts): Finding[] {
  const promised = prepared.logic.names.map((name) => facts.tiers.find(({ id }) => id === name)?.objective);
  const known = promised.filter((each) => each !== undefined);
  if (known.length < promised.length) return [];
  const together = prepared.logic.probability(known);
  if (together <= facts.serviceObjective) return [];
  const worst = prepared.logic.names
    .map((name, i) => ({
      name,
      own: known[i] as number,
      saved: together - without(prepared.logic, known, i),
    }))
    .sort((a, b) => b.saved - a.saved)[0];
  const left = worst === undefined ? 0 : facts.serviceObjective - (together - worst.saved);
  const advice =
    worst !== undefined && left > 0
      ? `${worst.name} would have to promise ${availabilityText(left)}; an even share of the budget is ${availabilityText(dependencyRule.evenShare)} each`
      : `an even share of the budget is ${availabilityText(dependencyRule.evenShare)} each; a critical dependency should offer one nine more than the service, ${availabilityText(dependencyRule.extraNine)}`;
  return [
    {
      code: 'objective-above-dependencies',
      severity: 'warning',
      message: `the tiers' own promises allow ${availabilityText(together)} together, the service promises ${availabilityText(facts.serviceObjective)}`,
      advice,
    },
  ];
}

function without(logic: AvailabilityFacts['prepared']['logic'], q: readonly number[], index: number): number {
  return logic.probability(q.map((each, i) => (i === index ? 0 : each)));
}

/** A tier that promises more than the one whose machines it runs on. */
function aboveHost({ facts }: AvailabilityFacts): Finding[] {
  return facts.tiers.flatMap((tier) => {
    const host = facts.tiers.find(({ id }) => id === tier.host);
    if (host?.objective === undefined || tier.objective === undefined) return [];
    if (tier.objective >= host.objective) return [];
    return [
      {
        code: 'objective-above-host',
        severity: 'warning' as const,
        tier: tier.id,
        message: `${tier.title} promises ${availabilityText(tier.objective)} on the machines of ${host.title}, which promises ${availabilityText(host.objective)}`,
        advice: `promise no more than ${availabilityText(host.objective)}, or give it machines of its own`,
      },
    ];
  });
}
