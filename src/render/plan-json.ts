import type { Finding, Plan, PlanQuantity, TierPlan } from '../plan/types.ts';
import type { ObjectDeclaration } from '../sheet/types.ts';
import type { AvailabilityDocument } from './availability-document.ts';
import type { PlanDocument } from './plan-document.ts';

/**
 * The plan as the object of `--json`: exact numbers, all quantities and structured inputs by name, all findings, and how
 * often it fails where that was asked for.
 */
export function planJson(plan: Plan, cited?: Plan, availability?: AvailabilityDocument): PlanDocument {
  return {
    schema: plan.schema,
    name: plan.name,
    spec: { file: plan.spec.file },
    measurement: { ...plan.measurement },
    regions: plan.regions,
    tiers: plan.tiers.map(tierJson),
    ...(cited
      ? { cited: { counts: Object.fromEntries(cited.tiers.map(({ id, count }) => [id, count])) } }
      : {}),
    quantities: Object.fromEntries(
      [...plan.quantities].map(([name, quantity]) => [name, quantityJson(quantity)]),
    ),
    objects: Object.fromEntries([...plan.sheet.objects].map(([name, object]) => [name, objectJson(object)])),
    findings: plan.findings.map(findingJson),
    ...(availability === undefined ? {} : { availability }),
  };
}

function tierJson(tier: TierPlan): PlanDocument['tiers'][number] {
  const { id, title, counted, count, names, constraints, highlights, onOverload } = tier;
  return {
    id,
    title,
    counted,
    count,
    binding: constraints.filter(({ binding }) => binding).map(({ kind }) => kind),
    ...(names.demand === undefined ? {} : { demand: names.demand }),
    ...(names.capacity === undefined ? {} : { capacity: names.capacity }),
    ...(names.spare === undefined ? {} : { spare: names.spare }),
    constraints: constraints.map((constraint) => ({ ...constraint })),
    highlights: [...highlights],
    ...(onOverload === undefined ? {} : { onOverload }),
  };
}

function quantityJson(quantity: PlanQuantity): PlanDocument['quantities'][string] {
  const { value, unit, display, meaning, origin, formula, inputs, uncertain } = quantity;
  return {
    value,
    unit,
    display,
    meaning,
    origin: { ...origin },
    ...(formula === undefined ? {} : { formula }),
    inputs: [...inputs],
    ...(uncertain === undefined ? {} : { uncertain: { ...uncertain } }),
  };
}

function objectJson({ type, meaning, origin, object }: ObjectDeclaration) {
  return { type, meaning, origin: { ...origin }, value: object };
}

function findingJson({ place, ...finding }: Finding): PlanDocument['findings'][number] {
  return { ...finding, ...(place ? { place: { ...place } } : {}) };
}
