import { type FailoverPolicy, failoverCost } from '../../models/reliability/failover-election.ts';
import type { FailoverSpec, Spec } from '../../spec/types.ts';
import type { Plan } from '../types.ts';
import type { Event } from './event.ts';
import { assumed, type Figure, type Inputs } from './input.ts';
import type { TierFacts } from './tier-facts.ts';

/** What the loss of the node that leads a tier costs. */
export interface FailoverPlan {
  readonly mode: 'automatic' | 'manual';
  /** Losses of the leader in a year. */
  readonly lossesPerYear: number;
  /** Mean hours without a leader at each. */
  readonly hours: number;
  readonly unavailability: number;
  readonly steps: readonly { readonly name: string; readonly hours: number }[];
  /** Losses in a year that the tier's objective would allow if nothing else failed. */
  readonly allowedPerYear?: number;
  /** The same tier if software promoted another node. */
  readonly automatic: number;
}

const hoursPerYear = 8766;
const seconds = (value: number, why: string, source?: string) => assumed(value / 3600, why, source);

/** Failover of a tier with a leader; undefined for tiers whose machines are all alike. */
export function failoverOf(
  plan: Plan,
  spec: Spec,
  tier: TierFacts,
  leader: Event,
  inputs: Inputs,
): FailoverPlan | undefined {
  const given = spec.tiers.find(({ id }) => id === tier.id)?.failover;
  if (given === undefined && tier.rule !== 'majority') return undefined;
  const mode = given?.mode.value ?? 'automatic';
  const policies = policiesOf(plan, tier.id, given, mode, inputs);
  const rate = leader.unavailability / (1 - leader.unavailability) / leader.hours;
  const cost = failoverCost(policies[mode], rate, tier.objective);
  return {
    mode,
    lossesPerYear: rate * hoursPerYear,
    hours: cost.outage,
    unavailability: cost.unavailability,
    steps: cost.steps.map(({ name, time }) => ({ name, hours: time })),
    ...(cost.lossesAllowed === undefined ? {} : { allowedPerYear: cost.lossesAllowed * hoursPerYear }),
    automatic: failoverCost(policies.automatic, rate).unavailability,
  };
}

function policiesOf(
  plan: Plan,
  id: string,
  given: FailoverSpec | undefined,
  mode: FailoverPlan['mode'],
  inputs: Inputs,
): Record<FailoverPlan['mode'], FailoverPolicy> {
  const key = `${id}.failover`;
  // People only matter to software where it may fail; software does not matter to people.
  const people = mode === 'manual' || given?.failureChance?.value !== 0;
  const quiet = new Set<string>([
    ...(people ? [] : ['response', 'decision']),
    ...(mode === 'manual' ? ['failureChance'] : []),
  ]);
  const time = (name: 'detection' | 'promotion' | 'response' | 'decision', meaning: string, usual: Figure) =>
    quiet.has(name) && given?.[name] === undefined
      ? usual.value
      : inputs.hours(`${key}.${name}`, meaning, given?.[name], usual);
  const paused = plan.quantities.get(`${id}.election.median`);
  const election: Figure | undefined = paused && { value: paused.value / 3600, origin: paused.origin };
  const promoted = planned(plan, `${id}.promotionTime`);
  const automaticDetection = planned(plan, `${id}.detectionTime`) ?? seconds(10, 'a few missed heartbeats');
  // An election measured as a whole holds its own detection.
  const none = seconds(0, 'within the measured election');
  const usualDetection =
    mode === 'manual'
      ? seconds(300, 'an alert has to fire')
      : election === undefined
        ? automaticDetection
        : none;
  const detect = time('detection', 'time until the loss of a leader is noticed', usualDetection);
  const promote = time(
    'promotion',
    'time from the decision until another node leads',
    election ?? promoted ?? seconds(20, 'a standby takes over'),
  );
  const respond = time('response', 'time until somebody is there', seconds(900, 'a page in the night'));
  const decide = time(
    'decision',
    'time in which people find out and decide',
    seconds(600, 'two look, one acts'),
  );
  const usualChance = assumed(0.01, 'one automatic failover in a hundred does not work');
  const failureChance = quiet.has('failureChance')
    ? (given?.failureChance?.value ?? usualChance.value)
    : inputs.share(
        `${key}.failureChance`,
        'chance that a failover does not work',
        given?.failureChance,
        usualChance,
      );
  const automaticDetect =
    mode === 'manual' ? (election === undefined ? automaticDetection.value : 0) : detect;
  return {
    manual: { kind: 'manual', detect, respond, decide, promote },
    automatic: {
      kind: 'automatic',
      detect: automaticDetect,
      promote,
      failureChance,
      manual: respond + decide + promote,
    },
  };
}

function planned(plan: Plan, name: string): Figure | undefined {
  const found = plan.quantities.get(name);
  return found && { value: found.value / 3600, origin: found.origin };
}
