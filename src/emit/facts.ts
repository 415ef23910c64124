import type { Plan, TierPlan } from '../plan/types.ts';
import { usualChoices } from '../rules/from-plan.ts';
import { regionSlug, serviceSlug } from '../rules/name-slug.ts';
import type { Region } from '../spec/types.ts';
import { formatQuantity } from '../units/format.ts';
import type { EmitInput, Value } from './types.ts';

/** Something that templates may ask for and that is no quantity of the plan. */
export interface Fact {
  readonly value: () => Value;
  /** The quantities that it is made from. */
  readonly names: () => readonly string[];
}

/** Facts about the service, a region, and each tier, by their names in templates. */
export function factsOf(input: EmitInput, region: Region): ReadonlyMap<string, Fact> {
  const { plan, spec, target, scale } = input;
  const facts = new Map<string, Fact>();
  const add = (name: string, value: () => Value, names: () => readonly string[] = none) =>
    facts.set(name, { value, names });
  add('service.title', () => plan.name);
  add('service.name', () => serviceSlug(plan.name));
  add('spec.file', () => plan.spec.file);
  add('target', () => target);
  add('region.name', () => regionSlug(region.name));
  add('region.title', () => region.name);
  add('region.zones', () => region.zones.length);
  // The number of the first node of a tier, for sums.
  add('first', () => 1);
  // What is global, such as the primary of the management plane, is in the first region.
  add('region.home', () => region.name === spec.regions.value[0]?.name);
  add('region.home.name', () => regionSlug(spec.regions.value[0]?.name ?? ''));
  add('regions.count', () => plan.regions);
  add('regions.several', () => plan.regions > 1);
  // Other regions ask the database that is here.
  add('region.serves', () => plan.regions > 1 && region.name === spec.regions.value[0]?.name);
  add('scale.name', () => scale?.name ?? 'as planned');
  add(
    'scale.factor',
    () => scale?.factor ?? 1,
    () => scaleReads(input),
  );
  add('rules.scrapeSeconds', () => usualChoices.cadence.scrapeSeconds);
  add('rules.evaluationSeconds', () => usualChoices.cadence.evaluationSeconds);
  add('measured', () => plan.measurement.kind === 'measured');
  for (const tier of plan.tiers) {
    add(
      `${tier.id}.why`,
      () => reasonOf(plan, tier),
      () => reasonReads(tier),
    );
    add(`${tier.id}.title`, () => tier.title);
    add(`${tier.id}.onOverload`, () => tier.onOverload ?? 'not decided');
    for (const [name, answer] of answersOf(tier)) {
      add(`${tier.id}.answer.${name}`, () => answer ?? 'not answered');
    }
  }
  return facts;
}

const none = (): readonly string[] => [];

/** What the factor of a scaled plan is relative to. */
export function scaleReads({ scale }: EmitInput): readonly string[] {
  return scale === undefined ? [] : ['workload.peak'];
}

function answersOf({ answers }: TierPlan): [string, string | undefined][] {
  const { scope, tenancy, guarantees, identity, billing, updates } = answers;
  return Object.entries({
    scope,
    tenancy,
    availability: guarantees?.availability && formatQuantity(guarantees.availability.value, '%'),
    latency: guarantees?.latency,
    throughput: guarantees?.throughput,
    consistency: guarantees?.consistency,
    underPartition: guarantees?.underPartition,
    durability: guarantees?.durability,
    authentication: identity?.authentication,
    authorization: identity?.authorization,
    audit: identity?.audit,
    billing,
    updates,
  });
}

/** `40 machines: headroom binds`; what the constraint demands in one clause. */
function reasonOf(plan: Plan, tier: TierPlan): string {
  const count = plan.quantities.get(tier.names.count)?.display ?? String(tier.count);
  const kinds = bindingOf(tier).map(({ kind, meaning }) => `${kind} (${meaning})`);
  return `${count}: ${kinds.join(' and ')} ${kinds.length === 1 ? 'binds' : 'bind'}`;
}

/** The count, and what binds: that others moved below it is not to be seen. */
function reasonReads(tier: TierPlan): readonly string[] {
  return [tier.names.count, ...bindingOf(tier).map(({ quantity }) => quantity)];
}

function bindingOf({ constraints }: TierPlan) {
  return constraints.filter(({ binding }) => binding);
}
