import { hoursPerYear } from '../../models/reliability/catalogue.ts';
import { type RolloutStage, rolloutOutcome } from '../../models/reliability/rollout.ts';
import { shuffleBlast } from '../../models/reliability/sharding.ts';
import type { CauseKind, CauseSpec, Spec } from '../../spec/types.ts';
import { assumed, type Figure, type Inputs, publishedShare, secondsPerHour } from './input.ts';
import { type UsualCause, usualCauses } from './usual-causes.ts';
import type { CauseEvent } from './world.ts';

/** A crossing cause before its mitigations are worked out. Times in hours, rate per hour in the whole service. */
export interface Cause {
  readonly kind: CauseKind;
  readonly title: string;
  readonly scope: 'service' | 'tier';
  readonly tiers: readonly string[];
  readonly rate: number;
  readonly detection: number;
  readonly repair: number;
  /** Chance that a machine in its reach is taken. */
  readonly share: number;
  readonly coverage: number;
  readonly report: number;
  readonly stages: readonly RolloutStage[];
  readonly shards: number;
}

/** Every crossing cause with its figures, from the spec, else from published shares of causes. */
export function causesOf({ causes: given }: Spec, tiers: readonly string[], inputs: Inputs): Cause[] {
  const outages = inputs.rate(
    'causes.outages',
    'outages of the whole service, over which shares of causes are spread',
    given.outages,
    assumed(0, ''),
  );
  return (Object.keys(usualCauses) as CauseKind[]).map((kind) =>
    causeOf(kind, given[kind] ?? {}, outages, tiers, inputs),
  );
}

function causeOf(
  kind: CauseKind,
  given: CauseSpec,
  outages: number,
  all: readonly string[],
  inputs: Inputs,
): Cause {
  const usually = usualCauses[kind];
  const key = `causes.${kind}`;
  const reach = given.tiers?.value.filter((id) => all.includes(id)) ?? usually.tiers(all);
  const stages = given.stages?.value.map(({ share, bake }) => ({
    share: share.value,
    bakeHours: bake.value / secondsPerHour,
  }));
  const hours = (name: 'detection' | 'repair', meaning: string) =>
    inputs.hours(`${key}.${name}`, `${usually.title}: ${meaning}`, given[name], usually[name]);
  return {
    kind,
    title: usually.title,
    scope: usually.scope,
    tiers: reach,
    rate: inputs.rate(`${key}.rate`, `${usually.title}: how often`, given.rate, rateOf(usually, outages)),
    detection: hours('detection', 'time until it is noticed'),
    repair: hours('repair', 'time from then until it is over'),
    share: inputs.share(
      `${key}.share`,
      `${usually.title}: share of the machines taken`,
      given.share,
      usually.share,
    ),
    ...(isChange(kind)
      ? {
          coverage: inputs.share(
            `${key}.coverage`,
            `${usually.title}: share that watching can notice`,
            given.coverage,
            assumed(0.9, 'one bad change in ten shows in no metric that is watched'),
          ),
          report: inputs.hours(
            `${key}.report`,
            `${usually.title}: time until others report what was not noticed`,
            undefined,
            assumed(1, 'customers call'),
          ),
        }
      : { coverage: 1, report: 0 }),
    stages: stages ?? [],
    shards: given.shards?.value ?? 1,
  };
}

/** Causes that are pushed, and so can be pushed in stages. */
export function isChange(kind: CauseKind): boolean {
  return kind === 'version' || kind === 'configuration';
}

function rateOf({ published, perYear }: UsualCause, outages: number): Figure {
  if (published === undefined) return perYear ?? assumed(0, 'not modelled');
  const { share, source } = publishedShare(published.id);
  const half = published.part === 1 ? '' : 'half of ';
  return {
    value: share * published.part * outages * hoursPerYear,
    origin: { kind: 'assumed', why: `${half}${Math.round(share * 100)} % of causes.outages`, source },
  };
}

/** Events per hour of a cause in one tier: causes of single tiers are spread evenly over them. */
function rateInTier({ scope, rate, tiers }: Cause): number {
  return scope === 'tier' ? rate / Math.max(1, tiers.length) : rate;
}

/** What a cause does, as events: one for each stage of a push that it gets to. Worked out once for each cause. */
export function eventsOf(cause: Cause): readonly CauseEvent[] {
  const found = known.get(cause) ?? workedOut(cause);
  known.set(cause, found);
  return found;
}

const known = new WeakMap<Cause, readonly CauseEvent[]>();

function workedOut(cause: Cause): CauseEvent[] {
  const rate = rateInTier(cause);
  const named = { cause: cause.title, tiers: cause.tiers };
  if (isChange(cause.kind)) return stageEvents(cause, rate, named);
  const hours = cause.detection + cause.repair;
  const held = { ...named, name: cause.title, unavailability: (rate * hours) / (1 + rate * hours), hours };
  if (cause.shards > 1) {
    const { shards } = cause;
    const sizes = new Map<number, number>();
    const customers = (machines: number) => {
      const found = sizes.get(machines) ?? customersDown(machines, shards);
      sizes.set(machines, found);
      return found;
    };
    return [{ ...held, first: 1 / shards, share: 0, customers }];
  }
  return [cause.share === 1 ? { ...held, first: 1, share: 0 } : { ...held, first: 0, share: cause.share }];
}

/** Share of the other customers whose whole shard a poison request takes, with random shards. */
function customersDown(machines: number, shards: number): number {
  const size = Math.max(1, Math.ceil(machines / shards));
  return size >= machines ? 1 : shuffleBlast(machines, size).down;
}

function stageEvents(
  cause: Cause,
  rate: number,
  named: { readonly cause: string; readonly tiers: readonly string[] },
): CauseEvent[] {
  const outcome = rolloutOutcome(cause.stages, {
    coverage: cause.coverage,
    detectionHours: cause.detection,
    reportHours: cause.report,
    rollbackHours: cause.repair,
  });
  return outcome.stages
    .filter(({ hours, reach }) => hours > 0 && reach > 0)
    .map(({ share, hours, reach }, i) => {
      const load = rate * hours;
      const name = cause.stages.length === 0 ? cause.title : `${cause.title}, stage ${i + 1}`;
      return {
        ...named,
        name,
        unavailability: load / (1 + load),
        hours: hours / reach,
        first: share,
        share: 0,
      };
    });
}
