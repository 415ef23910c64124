import type { Finding } from '../types.ts';
import { evaluateIn, prepare } from './evaluate.ts';
import type { AvailabilityFacts } from './findings.ts';
import { minutesOf } from './findings-objectives.ts';
import { isUnstaged, staged } from './levers.ts';
import { unavailabilityOf } from './mending.ts';
import { overTheDay, type Parts, worldOf } from './parts.ts';
import { availabilityText, chanceText, minutesText } from './text.ts';
import { type TierFacts, withMachines } from './tier-facts.ts';

/** Single points of failure, pushes without stages, and consistent tiers that people fail over. */
export function structureFindings(facts: AvailabilityFacts): Finding[] {
  const { model } = facts;
  return [
    ...model.facts.flatMap((tier) => [...singlePoint(model, tier), ...singleZone(model, tier)]),
    ...unstagedPush(facts),
    ...manualFailover(facts),
  ];
}

/** A tier that cannot spare a machine, even though no other reason keeps it from having one more. */
function singlePoint(model: Parts, tier: TierFacts): Finding[] {
  const { machines, host, title, id } = tier;
  if (host !== undefined || tier.need(1) < machines) return [];
  const more = withMachines(model.plan, tier, machines + 1);
  const now = unavailabilityOf(model, tier);
  const then = unavailabilityOf(model, more);
  const each = machines === 1 ? 'its only machine is' : `each of its ${machines} machines is`;
  const helps = then < now / 2;
  return [
    {
      code: 'single-point-of-failure',
      severity: 'warning',
      tier: id,
      message: `${title}: ${each} a single point of failure; ${availabilityText(now)} at the peak`,
      advice: helps
        ? `1 more machine gives ${availabilityText(then)}`
        : `1 more machine gives no more than ${availabilityText(then)}: find out whether it needs all of them`,
    },
  ];
}

/** A tier that one zone takes along. */
function singleZone(model: Parts, tier: TierFacts): Finding[] {
  const { machines, host, title, id } = tier;
  const need = tier.need(1);
  if (host !== undefined || need >= machines) return [];
  const left = (count: number) => {
    const { zones } = model.places;
    return zones === 1 ? 0 : count - Math.ceil(count / zones);
  };
  if (left(machines) >= need) return [];
  const enough = Array.from({ length: 2 * machines }, (_, i) => machines + i + 1).find(
    (count) => left(count) >= withMachines(model.plan, tier, count).need(1),
  );
  const sentence = `with its largest zone lost ${left(machines)} of ${machines} machines are left, ${need} are needed at the peak`;
  return [
    {
      code: 'zone-single-point',
      severity: 'warning',
      tier: id,
      message: `${title}: a zone is a single point of failure: ${sentence}`,
      advice:
        enough === undefined
          ? 'spread its machines over more zones'
          : `${enough - machines} more machines stand the loss of a zone: ${availabilityText(unavailabilityOf(model, withMachines(model.plan, tier, enough)))} at the peak`,
    },
  ];
}

/** Pushes that reach everything at once, with what stages would buy the service. */
function unstagedPush(facts: AvailabilityFacts): Finding[] {
  const { model, prepared } = facts;
  const bad = model.causes.filter((cause) => isUnstaged(cause) && cause.rate > 0);
  if (bad.length === 0) return [];
  const causes = model.causes.map((cause) => (bad.includes(cause) ? staged(cause) : cause));
  const then = prepare(worldOf({ ...model, causes }, overTheDay(model.spec)), prepared.logic, 1e-8);
  const now = evaluateIn(prepared, prepared.world).day.service;
  const saved = now - evaluateIn(then, then.world).day.service;
  return [
    {
      code: 'fleet-wide-push',
      severity: 'warning',
      message: `${bad.map(({ title }) => title).join(' and ')}: changes reach all machines at once`,
      advice: `stages (5 % for 1 h, 25 % for 4 h) would save ${minutesText(minutesOf(facts, saved))} of a window`,
    },
  ];
}

/** A consistent tier stands still until somebody has promoted another node. */
function manualFailover(facts: AvailabilityFacts): Finding[] {
  const { model } = facts;
  return model.facts.flatMap((tier): Finding[] => {
    const failover = model.failovers.get(tier.id);
    const plan = model.plan.tiers.find(({ id }) => id === tier.id);
    const isConsistent = plan?.answers.guarantees?.underPartition === 'consistency';
    const strict = (tier.objective ?? facts.facts.serviceObjective) <= 0.001;
    if (failover?.mode !== 'manual' || !isConsistent) return [];
    const whole = unavailabilityOf(model, tier);
    if (!strict && whole <= 0.001) return [];
    const automatic = new Map([
      ...model.failovers,
      [tier.id, { ...failover, unavailability: failover.automatic }],
    ]);
    const then = unavailabilityOf({ ...model, failovers: automatic }, tier);
    const allowed = failover.allowedPerYear;
    const limit =
      allowed === undefined
        ? ''
        : `; its objective allows ${Number(allowed.toPrecision(3))} losses of a leader a year if nothing else fails, planned ones counted`;
    return [
      {
        code: 'manual-failover',
        severity: 'warning',
        tier: tier.id,
        message: `${tier.title}: consistent and failed over by people, ${minutesText(failover.hours * 60)} at each loss of a leader (down with chance ${chanceText(failover.unavailability)} for that alone)${limit}`,
        advice: `automatic failover: ${availabilityText(whole)} becomes ${availabilityText(then)} at the peak`,
      },
    ];
  });
}
