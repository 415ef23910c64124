import type { Plan, TierPlan } from '../plan/types.ts';
import { nearest } from '../problems/nearest.ts';
import { usualChoices } from '../rules/from-plan.ts';
import type { Region } from '../spec/types.ts';
import { formatQuantity } from '../units/format.ts';
import type { EmitInput } from './types.ts';
import { formatValue, isValueFormat, type ValueFormat, valueFormats } from './value-format.ts';

export type Value = string | number | boolean;

/**
 * The names that a template may use: quantities of the plan, facts about the service and its regions, and the
 * variables of loops. Remembers which quantities were read. A name that does not exist is an error.
 */
export interface Scope {
  /**
   * `local.port.api + node` is the sum of pure numbers. `worker.deadline as seconds`, `worker.deadline as display` (for people), `region.name`, or a variable. Throws a
   * RangeError with what is wrong.
   */
  value(expression: string): Value;
  /** Items of `zones`, `regions`, or 1 ... n for a quantity that is a count; `NAME from 0` gives 0 ... n - 1. */
  list(expression: string): readonly Value[];
  /** A scope with one more variable. */
  with(name: string, value: Value): Scope;
  /** A text made elsewhere, taken whole. */
  text(name: string): string;
}

export interface Recorder {
  readonly reads: Set<string>;
}

export function createScope(input: EmitInput, region: Region, recorder: Recorder): Scope {
  return scopeOf({
    input,
    recorder,
    facts: factsOf(input, region, recorder),
    lists: listsOf(input, region),
  });
}

interface Ground {
  readonly input: EmitInput;
  readonly recorder: Recorder;
  readonly facts: ReadonlyMap<string, () => Value>;
  readonly lists: ReadonlyMap<string, readonly Value[]>;
}

function scopeOf(ground: Ground, variables: ReadonlyMap<string, Value> = new Map()): Scope {
  const plain = (name: string): Value | undefined => variables.get(name) ?? ground.facts.get(name)?.();
  const sum = (names: string): number =>
    names.split(/\s+\+\s+/).reduce((total, name) => total + term(ground, name, plain(name)), 0);
  return {
    value(expression) {
      const { name, format } = readExpression(expression);
      if (format === 'display') return quantityOf(ground, name).display;
      if (name.includes(' + ')) return formatValue(sum(name), '1', format);
      const value = plain(name);
      if (value !== undefined && format === undefined) return value;
      if (typeof value === 'number') return formatValue(value, '1', format);
      if (value !== undefined) throw new RangeError(`${name} is a text, which no format applies to`);
      const quantity = quantityOf(ground, name);
      return formatValue(quantity.value, quantity.unit, format);
    },
    list(expression) {
      const known = ground.lists.get(expression);
      if (known !== undefined) return known;
      const { name, first } = readRange(expression);
      const count = Number(formatValue(quantityOf(ground, name).value, '1', 'count'));
      return Array.from({ length: count }, (_, index) => index + first);
    },
    with(name, value) {
      return scopeOf(ground, new Map([...variables, [name, value]]));
    },
    text(name) {
      const { made } = ground.input;
      const found = made.find((each) => each.name === name);
      if (found === undefined)
        throw new RangeError(
          unknown(
            name,
            made.map((each) => each.name),
          ),
        );
      for (const read of found.reads) ground.recorder.reads.add(read);
      return found.text;
    },
  };
}

function readExpression(expression: string): { name: string; format: ValueFormat | 'display' | undefined } {
  const [name = '', format, ...rest] = expression.trim().split(/\s+as\s+/);
  if (rest.length === 0 && (format === undefined || format === 'display' || isValueFormat(format))) {
    return { name, format };
  }
  const known = ['display', ...Object.keys(valueFormats)].join(', ');
  throw new RangeError(`"${[format, ...rest].join(' as ')}" is no format; known are ${known}`);
}

/** A term of a sum: ports and other pure numbers. */
function term(ground: Ground, name: string, known: Value | undefined): number {
  if (typeof known === 'number') return known;
  if (known !== undefined) throw new RangeError(`${name} is a text, and a sum is of numbers`);
  const { value, unit } = quantityOf(ground, name);
  if (unit !== '1') throw new RangeError(`${name} is in ${unit}, and a sum is of pure numbers`);
  return value;
}

function readRange(expression: string): { readonly name: string; readonly first: number } {
  const name = expression.replace(/\s+from\s+0$/, '');
  return { name, first: name === expression ? 1 : 0 };
}

function quantityOf({ input, recorder, facts, lists }: Ground, name: string) {
  const quantity = input.plan.quantities.get(name);
  if (quantity === undefined) {
    throw new RangeError(unknown(name, [...input.plan.quantities.keys(), ...facts.keys(), ...lists.keys()]));
  }
  recorder.reads.add(name);
  return quantity;
}

function unknown(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return `the plan has no "${name}"${near === undefined ? '' : `; did you mean ${near}?`}`;
}

function listsOf({ plan, spec }: EmitInput, region: Region): Map<string, readonly Value[]> {
  return new Map([
    ['regions', spec.regions.value.map(({ name }) => name)],
    ['zones', region.zones],
    ['tiers', plan.tiers.map(({ id }) => id)],
  ]);
}

function factsOf(
  { plan, spec, target, scale }: EmitInput,
  region: Region,
  recorder: Recorder,
): Map<string, () => Value> {
  const facts = new Map<string, () => Value>([
    ['service.title', () => plan.name],
    ['service.name', () => slug(plan.name)],
    ['spec.file', () => plan.spec.file],
    ['target', () => target],
    ['region.name', () => slug(region.name)],
    ['region.title', () => region.name],
    ['region.zones', () => region.zones.length],
    // The number of the first node of a tier, for sums.
    ['first', () => 1],
    // What is global, such as the primary of the management plane, is in the first region.
    ['region.home', () => region.name === spec.regions.value[0]?.name],
    ['region.home.name', () => slug(spec.regions.value[0]?.name ?? '')],
    ['regions.count', () => plan.regions],
    ['scale.name', () => scale?.name ?? 'as planned'],
    ['scale.factor', () => scale?.factor ?? 1],
    ['rules.scrapeSeconds', () => usualChoices.cadence.scrapeSeconds],
    ['rules.evaluationSeconds', () => usualChoices.cadence.evaluationSeconds],
    ['measured', () => plan.measurement.kind === 'measured'],
  ]);
  for (const tier of plan.tiers) {
    facts.set(`${tier.id}.why`, () => reasonOf(plan, tier, recorder));
    addAnswers(facts, tier);
  }
  return facts;
}

function addAnswers(facts: Map<string, () => Value>, tier: TierPlan): void {
  facts.set(`${tier.id}.title`, () => tier.title);
  facts.set(`${tier.id}.onOverload`, () => tier.onOverload ?? 'not decided');
  const { scope, tenancy, guarantees, identity, billing, updates } = tier.answers;
  const answers: Readonly<Record<string, string | undefined>> = {
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
  };
  for (const [name, answer] of Object.entries(answers)) {
    facts.set(`${tier.id}.answer.${name}`, () => answer ?? 'not answered');
  }
}

/** `40 machines: headroom binds`; what the constraint demands in one clause. */
function reasonOf(plan: Plan, tier: TierPlan, recorder: Recorder): string {
  for (const { quantity } of tier.constraints) recorder.reads.add(quantity);
  recorder.reads.add(tier.names.count);
  const binding = tier.constraints.filter(({ binding }) => binding);
  const count = plan.quantities.get(tier.names.count)?.display ?? String(tier.count);
  const kinds = binding.map(({ kind, meaning }) => `${kind} (${meaning})`);
  return `${count}: ${kinds.join(' and ')} ${kinds.length === 1 ? 'binds' : 'bind'}`;
}

/** A name that DNS, Kubernetes and file systems take: at most 40 characters, so that suffixes fit into 63. */
export function slug(name: string): string {
  const plain = name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return plain.slice(0, 40).replace(/^[^a-z]+|-+$/g, '') || 'service';
}
