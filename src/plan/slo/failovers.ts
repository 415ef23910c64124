import { chanceOfMiss } from '../../models/slo/miss-chance.ts';
import type { FailoverPlan } from '../availability/failover.ts';
import { pathShareWith } from './capacity.ts';
import { costOf, lossModes, type ModeCost, perWindow } from './cost.ts';
import type { Day } from './day.ts';
import { fine } from './miss.ts';
import type { Mode, Model } from './mode.ts';
import { electionEvent, type Failover, failoverWith } from './modes-election.ts';
import type { FailoverComparison, FailoverLine, Ledger, ObjectiveBudget } from './types.ts';
import type { Watch } from './watch.ts';

/** What failovers are set against. */
export interface Against {
  readonly budget: ObjectiveBudget;
  readonly ledger: Ledger;
  readonly costs: readonly ModeCost[];
  readonly day: Day;
  readonly watch: Watch;
}

/** Cells for what is compared only. */
const coarse = 200;

/** The same losses of each leader, mended by software and by people. */
export function failoversOf(model: Model, against: Against): FailoverComparison[] {
  return model.parts.facts.flatMap(({ id, title }) => {
    const now = failoverWith(model, id);
    const automatic = failoverWith(model, id, 'automatic');
    const manual = failoverWith(model, id, 'manual');
    if (now === undefined || automatic === undefined || manual === undefined) return [];
    const line = (failover: Failover) => lineOf(model, against, id, failover, now.plan.mode);
    const lines = [line(automatic), line(manual)] as const;
    return [{ tier: id, title, lossesPerYear: now.plan.lossesPerYear, lines }];
  });
}

function lineOf(
  model: Model,
  against: Against,
  id: string,
  failover: Failover,
  chosen: FailoverPlan['mode'],
): FailoverLine {
  const { budget, ledger, costs, day, watch } = against;
  const { mode, steps, hours, lossesPerYear } = failover.plan;
  const alone: Mode = { mode: 'election', title: id, why: '', events: [electionEvent(model, id, failover)] };
  const cost = costOf(alone, day, watch);
  const inPath = pathShareWith(model, new Map([[id, 1]])) > 0;
  const perLoss = (cost.events[0]?.perEvent ?? 0) / budget.requests.value;
  const limit = Number(budget.budget);
  const modes = (each: ModeCost) => lossModes(each, budget.windowSeconds, budget.asked.value);
  const others = costs.map((each) => (each.mode.mode === 'election' ? without(each, id) : each));
  const missChance =
    mode === chosen || !inPath
      ? ledger.miss.chance
      : chanceOfMiss([...others, cost].flatMap(modes), limit, { cells: fine });
  return {
    ...{ mode, steps, perLoss, missChance },
    chosen: mode === chosen,
    outageSeconds: hours * 3600,
    inPath,
    expected: perLoss * perWindow(lossesPerYear, budget.windowSeconds),
    lossesPaid: perLoss > 0 ? Math.floor((1 + 1e-12) / perLoss) : Number.POSITIVE_INFINITY,
    missAlone: chanceOfMiss(modes(cost), limit, { cells: coarse }).high,
    met: missChance.high <= ledger.miss.largest,
  };
}

function without({ mode, events }: ModeCost, id: string): ModeCost {
  return { mode, events: events.filter(({ event }) => event.tier !== id) };
}
