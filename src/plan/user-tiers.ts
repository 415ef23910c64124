import type { Declaration } from '../sheet/types.ts';
import type { Spec, TierSpec, UserQuantity } from '../spec/types.ts';
import { tierCatalogue } from '../tiers/catalogue.ts';
import type { TierModel } from '../tiers/tier.ts';
import { given } from './inputs.ts';

/** The tiers of the plan: those of the source's figure, then those that the user added. */
export function tiersOf(spec: Spec): readonly TierModel[] {
  const known = new Set(tierCatalogue.map(({ id }) => id));
  return [...tierCatalogue, ...spec.tiers.filter(({ id }) => !known.has(id)).map(userTier)];
}

/** A tier that the spec adds: its quantities are its declarations, and its count is bound by its own formula. */
function userTier({ id, title, quantities, count }: TierSpec): TierModel {
  const name = count?.value ?? `${id}.count`;
  return {
    id,
    title: title ?? id,
    counted: 'unit',
    names: { count: name },
    constraints: [{ kind: 'own formula', quantity: name, meaning: 'the formula in the spec' }],
    highlights: quantities.map((quantity) => quantity.name).filter((quantity) => quantity !== name),
    declarations: quantities.map(declarationOf),
  };
}

function declarationOf(quantity: UserQuantity): Declaration {
  const { name, meaning = name, value, formula, writtenAt } = quantity;
  if (value !== undefined) return given(name, quantity.unit ?? value.unit, meaning, value);
  return { name, unit: quantity.unit ?? '1', meaning, formula: formula ?? '', writtenAt };
}
