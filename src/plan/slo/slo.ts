import { catalogueAlerts } from '../../models/slo/alert-catalogue.ts';
import type { BurnAlert } from '../../models/slo/burn-alert.ts';
import { durationText } from '../../models/slo/duration.ts';
import { InvalidInput } from '../../problems/problem.ts';
import type { Spec } from '../../spec/types.ts';
import type { AvailabilityPlan } from '../availability/types.ts';
import type { Plan } from '../types.ts';
import { alertsOf } from './alerts.ts';
import { budgetsOf } from './budgets.ts';
import { costOf } from './cost.ts';
import { creditsOf } from './credits.ts';
import { dayOf, dayWithin } from './day.ts';
import { yieldOf } from './day-yield.ts';
import { failoversOf } from './failovers.ts';
import { sloFindings } from './findings.ts';
import { fromAvailability } from './input.ts';
import { latencyPlan } from './latency-plan.ts';
import { ledgerOf } from './ledger.ts';
import { type Mode, type Model, modelOf } from './mode.ts';
import { causeModes } from './modes-causes.ts';
import { electionMode } from './modes-election.ts';
import { lateModes } from './modes-late.ts';
import { machineMode } from './modes-machine.ts';
import { placeModes } from './modes-places.ts';
import { decoupledModes, greyMode } from './modes-quiet.ts';
import { planned } from './planned.ts';
import { splitOf } from './split.ts';
import { harvestOf } from './tier-harvest.ts';
import type { ObjectiveBudget, SloChoices, SloPlan } from './types.ts';
import { Watch } from './watch.ts';

export interface SloRequest {
  readonly plan: Plan;
  readonly spec: Spec;
  readonly availability: AvailabilityPlan;
  readonly choices: SloChoices;
  /** Alerts of one's own, instead of the published set that the choices name. */
  readonly alerts?: readonly BurnAlert[];
}

/**
 * The objectives of a plan as budgets, what spends them line by line, and what watches them.
 *
 * Throws InvalidInput where the window of the objective is shorter than one that its alerts look at.
 */
export function slo({ plan, spec, availability, choices, alerts: own }: SloRequest): SloPlan {
  const model = modelOf(plan, spec, availability);
  const day = dayOf(plan, spec);
  const periodSeconds = planned(plan, 'objectives.availability.window');
  const alerts = alertsFor(spec, choices, periodSeconds, own);
  const budgets = budgetsOf(plan, spec, day);
  const [budget, late] = budgets;
  const watched = { alerts, periodSeconds, choices };
  const { page, ticket, report } = model.mitigation;
  const watchOf = (of: ObjectiveBudget) =>
    new Watch({ ...watched, budget: Number(of.budget), page, ticket, report });
  const watch = watchOf(budget);
  const costs = modesOf(model).map((mode) => costOf(mode, day, watch));
  const largest = model.inputs.given(
    'objectives.availability.missChance',
    'largest chance that is accepted that a window misses an objective',
    '1',
    spec.objectives.availability.missChance,
  );
  const ledger = ledgerOf(budget, costs, day.meanRate, largest);
  const latency = latencyPlan(plan);
  const within = dayWithin(day, late.asked.value / budget.asked.value);
  const lateCosts = lateModes(model, latency.mean.slow).map((mode) => costOf(mode, within, watchOf(late)));
  const lateLedger = ledgerOf(late, lateCosts, within.meanRate, largest);
  const failovers = failoversOf(model, { budget, ledger, costs, day, watch });
  const credits = creditsOf(spec, budget, costs, day);
  const made = {
    budgets,
    split: splitOf(model, budget),
    ledgers: [ledger, lateLedger],
    down: downOf(availability, budget),
    failovers,
    yield: yieldOf(model, day, budget),
    harvest: harvestOf(model),
    latency,
    alerts: budgets.flatMap((each) => alertsOf({ ...watched, budget: each }, day, model.inputs)),
    ...(credits === undefined ? {} : { credits }),
  };
  return {
    schema: 'headroom/slo/v1',
    name: spec.name,
    spec: { file: spec.file },
    choices,
    ...made,
    inputs: [...model.inputs.list, ...fromAvailability(model.parts.inputs.list)],
    findings: sloFindings(made, spec),
  };
}

/** What the availability model makes of a window, in the long run: its measure is another one than the ledger's. */
function downOf({ tables }: AvailabilityPlan, { windowSeconds }: ObjectiveBudget): SloPlan['down'] {
  const share = tables.find(({ question }) => question === 'steady')?.service.correlated ?? 0;
  return { share, seconds: share * windowSeconds };
}

/** Every way to fail that the plan knows. */
function modesOf(model: Model): Mode[] {
  return [
    machineMode(model),
    ...placeModes(model),
    greyMode(model),
    electionMode(model),
    ...causeModes(model),
    ...decoupledModes(model),
  ];
}

/** The alerts of the chosen set for the window of the objective. */
function alertsFor(
  { objectives, file }: Spec,
  { catalogue }: SloChoices,
  periodSeconds: number,
  own?: readonly BurnAlert[],
): readonly BurnAlert[] {
  const alerts = own ?? catalogueAlerts(catalogue, periodSeconds);
  const { origin } = objectives.availability.window;
  const place =
    origin.kind === 'given' && 'line' in origin ? { line: origin.line, column: origin.column } : {};
  const short = alerts.find(({ longSeconds }) => longSeconds > periodSeconds);
  const none = alerts.find(({ shortSeconds }) => shortSeconds <= 0);
  if (short === undefined && none === undefined) return alerts;
  const window = Number.isSafeInteger(periodSeconds) ? durationText(periodSeconds) : `${periodSeconds} s`;
  const what =
    short === undefined
      ? `too short for the alert ${none?.name} of ${catalogue}, whose window would be less than a minute`
      : `shorter than the ${durationText(short.longSeconds)} that the alert ${short.name} of ${catalogue} looks at`;
  throw new InvalidInput([
    {
      code: 'out-of-range',
      file,
      ...place,
      message: `the window of the objective, ${window}, is ${what}`,
      advice: 'count the objective over a longer window, or choose other alerts with --catalogue',
    },
  ]);
}
