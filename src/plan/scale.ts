import { availableParallelism, totalmem } from 'node:os';
import type { Origin, Sheet } from '../sheet/types.ts';
import type { Spec, SpecQuantity, TierSpec } from '../spec/types.ts';
import type { Planner } from './build.ts';
import { serverMemoryShare, smallQuantities } from './scale-memory.ts';
import type { Plan } from './types.ts';

/** A machine on which the whole service is to run, smaller than planned. */
export interface SmallSize {
  /** `this machine`, `a laptop`: said where the numbers are explained. */
  readonly name: string;
  readonly cores: number;
  /** Cores that the workers get; the other tiers share the rest. */
  readonly workerCores: number;
  readonly memoryBytes: number;
  /** It has a cluster of its own on it, which takes its share of CPU and memory (`deploy.others`). */
  readonly hasCluster?: boolean;
}

export interface SmallPlan {
  readonly plan: Plan;
  readonly spec: Spec;
  /** Peak of the small service relative to the planned one. */
  readonly factor: number;
  /** Whether the memory is enough for one request of the largest payload. */
  readonly fits: boolean;
}

/** For Compose. */
export const laptop: SmallSize = {
  name: 'a laptop of 4 cores and 8 GiB, 2 cores for workers',
  cores: 4,
  workerCores: 2,
  memoryBytes: 8 * 2 ** 30,
};

/** For the small overlay of Kubernetes: what runs a cluster beside us has more memory. */
const clusterMachine: SmallSize = {
  ...sizeOf('a machine', 4, 16 * 2 ** 30),
  hasCluster: true,
};

/** A machine of which the workers get half of the cores. */
export function sizeOf(name: string, cores: number, memoryBytes: number): SmallSize {
  const workerCores = Math.max(1, Math.floor(cores / 2));
  const gibibytes = Math.floor(memoryBytes / 2 ** 30);
  const told = `${cores} ${cores === 1 ? 'core' : 'cores'} and ${gibibytes} GiB, ${workerCores} for workers`;
  return { name: `${name} of ${told}`, cores, workerCores, memoryBytes };
}

export function thisMachine(): SmallSize {
  return sizeOf('this machine', availableParallelism(), totalmem());
}

/** The machine that a target is scaled to: the one that is named, or what is usual for it. */
export function sizeFor(
  target: 'kubernetes' | 'compose' | 'local',
  machine?: { readonly cores: number; readonly memoryBytes: number },
): SmallSize {
  const hasCluster = target === 'kubernetes';
  if (machine !== undefined)
    return { ...sizeOf('a machine', machine.cores, machine.memoryBytes), hasCluster };
  if (hasCluster) return clusterMachine;
  return target === 'local' ? thisMachine() : laptop;
}

/** Quantities that scaling decides: setting them by hand changes the plan, and here only the factor. */
export const scaledInputs: ReadonlySet<string> = new Set(['workload.peak', 'workload.users']);

/** The peak is tried in this many steps. */
const steps = 16;

/**
 * The same service on one small machine: its peak is the largest that its worker cores carry as one machine, with the
 * declared headroom and latency. Users shrink with it, all tiers are in one zone, and no loss has to be survived,
 * since everything is lost at once there. Quorums keep their nodes, and the memory that is ours is divided so that all
 * processes fit (see scale-memory); everything else follows from the plan's formulas.
 *
 *   peak = throughput per core * worker cores * (1 - headroom) * k / 16, with the largest k for one machine
 *
 * A few cores reach less than the headroom allows, because small pools wait longer (Erlang C).
 * `planner` plans a spec, with the measurement of `plan`. Throws a RangeError for a size without cores for workers.
 */
export function smallPlan(spec: Spec, plan: Plan, size: SmallSize, planner: Planner): SmallPlan {
  if (!(size.workerCores >= 1 && size.workerCores <= size.cores)) {
    throw new RangeError(
      `workerCores is ${size.workerCores}, and must be between 1 and cores (${size.cores})`,
    );
  }
  const others = size.hasCluster ? quantityValue(plan, 'deploy.others.memory') : 0;
  const ours = { ...size, memoryBytes: Math.floor(size.memoryBytes * (1 - others)) };
  const perCore = quantityValue(plan, 'worker.throughputPerCore');
  const most = perCore * size.workerCores * (1 - quantityValue(plan, 'policy.headroom'));
  const at = (step: number) => {
    const peak = (most * step) / steps;
    const factor = peak / quantityValue(plan, 'workload.peak');
    const origin: Origin = { kind: 'assumed', why: `the plan scaled to ${size.name} by ${factor}` };
    return { factor, spec: small(spec, ours, { peak, factor, origin }) };
  };
  const least = at(1);
  const sheet = planner.sheet(least.spec);
  const chosen = at(largestStep((step) => machinesAt(sheet, least.spec, step)));
  const built = planner.plan(chosen.spec);
  return { ...chosen, plan: built, fits: quantityValue(built, 'api.concurrency.limit') >= 1 };
}

/** Workers of a small service at another step, from its formulas, which takes a hundredth of the time of a plan. */
function machinesAt(sheet: Sheet, { workload: { peak, users } }: Spec, step: number): number {
  const values = sheet.evaluate(
    new Map([
      ['workload.peak', peak.value * step],
      ['workload.users', users.value * step],
    ]),
  );
  return values.get('worker.machines.count') ?? Number.NaN;
}

/** More load never needs fewer machines, so halving finds the last step that one machine carries. */
function largestStep(machines: (step: number) => number): number {
  let low = 1;
  let high = steps + 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (machines(middle) <= 1) low = middle;
    else high = middle;
  }
  return low;
}

interface Small {
  readonly peak: number;
  readonly factor: number;
  readonly origin: Origin;
}

function small(spec: Spec, size: SmallSize, { peak, factor, origin }: Small): Spec {
  const quantity = (from: SpecQuantity, value: number): SpecQuantity => {
    const { uncertain: _, ...rest } = from;
    return { ...rest, value, exact: exactOf(value), origin };
  };
  const [machine] = spec.machines;
  if (machine === undefined) throw new RangeError('the spec has no machine');
  const shape = {
    ...machine,
    cores: quantity(machine.cores, size.workerCores),
    memory: quantity(machine.memory, size.memoryBytes),
  };
  const server = {
    ...shape,
    name: 'server',
    memory: quantity(machine.memory, size.memoryBytes * serverMemoryShare),
  };
  const [region] = spec.regions.value;
  return {
    ...spec,
    workload: {
      ...spec.workload,
      peak: quantity(spec.workload.peak, peak),
      users: quantity(spec.workload.users, Math.max(1, Math.round(spec.workload.users.value * factor))),
    },
    policy: { ...spec.policy, survive: { value: [], origin } },
    machines: [shape, server],
    regions: { value: [{ name: region?.name ?? 'main', zones: region?.zones.slice(0, 1) ?? ['a'] }], origin },
    tiers: withSmallQuantities(spec, size, server.name, origin),
  };
}

/** What the user says of a quantity stays. */
function withSmallQuantities(
  spec: Spec,
  size: SmallSize,
  server: string,
  origin: Origin,
): readonly TierSpec[] {
  const own = new Set(spec.tiers.flatMap(({ overrides }) => overrides.map(({ name }) => name)));
  const added = smallQuantities(size.memoryBytes, Math.max(1, size.cores - size.workerCores))
    .filter(({ name }) => !own.has(name))
    .map(({ name, value, unit, why }) => ({
      name,
      text: `${value} ${unit}`,
      value: { value, unit, exact: exactOf(value), origin: { kind: 'assumed', why } as const },
      writtenAt: { file: spec.file, line: 1, column: 1 },
    }));
  return spec.tiers.map(({ machine: _, ...tier }, index) => ({
    ...tier,
    ...(tier.id === 'api' ? { machine: { value: server, origin } } : {}),
    ...(index === 0 ? { overrides: [...tier.overrides, ...added] } : {}),
  }));
}

/** Decimal text without exponent. */
function exactOf(value: number): string {
  const text = String(value);
  return text.includes('e') ? value.toFixed(20) : text;
}

function quantityValue(plan: Plan, name: string): number {
  const quantity = plan.quantities.get(name);
  if (quantity === undefined) throw new RangeError(`the plan has no quantity ${name}`);
  return quantity.value;
}
