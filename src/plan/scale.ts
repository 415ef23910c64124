import type { Origin } from '../sheet/types.ts';
import type { Spec, SpecQuantity } from '../spec/types.ts';
import type { Plan } from './types.ts';

/** A machine on which the whole service is to run, smaller than planned. */
export interface SmallSize {
  /** `this machine`, `a laptop`: said where the numbers are explained. */
  readonly name: string;
  readonly cores: number;
  /** Cores that the workers get; the other tiers share the rest. */
  readonly workerCores: number;
  readonly memoryBytes: number;
}

export interface SmallPlan {
  readonly plan: Plan;
  readonly spec: Spec;
  /** Peak of the small service relative to the planned one. */
  readonly factor: number;
}

/** The peak is tried in this many steps. */
const steps = 16;

/**
 * The same service on one small machine: its peak is the largest that its worker cores carry as one machine, with the
 * declared headroom and latency. Users shrink with it, all tiers are in one zone, and no loss has to be survived,
 * since everything is lost at once there. Quorums keep their nodes; everything else follows from the plan's formulas.
 *
 *   peak = throughput per core * worker cores * (1 - headroom) * k / 16, with the largest k for one machine
 *
 * A few cores reach less than the headroom allows, because small pools wait longer (Erlang C).
 * `build` plans a spec, with the measurement of `plan`. Throws a RangeError for a size without cores for workers.
 */
export function smallPlan(spec: Spec, plan: Plan, size: SmallSize, build: (spec: Spec) => Plan): SmallPlan {
  if (!(size.workerCores >= 1 && size.workerCores <= size.cores)) {
    throw new RangeError(
      `workerCores is ${size.workerCores}, and must be between 1 and cores (${size.cores})`,
    );
  }
  const perCore = quantityValue(plan, 'worker.throughputPerCore');
  const most = perCore * size.workerCores * (1 - quantityValue(plan, 'policy.headroom'));
  const at = (step: number): SmallPlan => {
    const peak = (most * step) / steps;
    const factor = peak / spec.workload.peak.value;
    const origin: Origin = { kind: 'assumed', why: `the plan scaled to ${size.name} by ${factor}` };
    const made = small(spec, size, { peak, factor, origin });
    return { plan: build(made), spec: made, factor };
  };
  return largest(at);
}

/** More load never needs fewer machines, so halving finds the last step that one machine carries. */
function largest(at: (step: number) => SmallPlan): SmallPlan {
  let found = at(1);
  let low = 1;
  let high = steps + 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    const tried = at(middle);
    if (quantityValue(tried.plan, 'worker.machines.count') <= 1) [found, low] = [tried, middle];
    else high = middle;
  }
  return found;
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
  const [region] = spec.regions.value;
  return {
    ...spec,
    workload: {
      ...spec.workload,
      peak: quantity(spec.workload.peak, peak),
      users: quantity(spec.workload.users, Math.max(1, Math.round(spec.workload.users.value * factor))),
    },
    policy: { ...spec.policy, survive: { value: [], origin } },
    machines: [shape],
    regions: { value: [{ name: region?.name ?? 'main', zones: region?.zones.slice(0, 1) ?? ['a'] }], origin },
    tiers: spec.tiers.map(({ machine: _, ...tier }) => tier),
  };
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
