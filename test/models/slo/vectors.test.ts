import { describe, expect, it } from 'vitest';
import { naiveUnavailability } from '../../../src/models/reliability/independent.ts';
import { catalogueAlerts } from '../../../src/models/slo/alert-catalogue.ts';
import { incidentResponse } from '../../../src/models/slo/alert-incident.ts';
import { lintAlert } from '../../../src/models/slo/alert-lint.ts';
import { requestBudget, timeBudget } from '../../../src/models/slo/budget.ts';
import { splitBudget } from '../../../src/models/slo/budget-split.ts';
import {
  budgetSpent,
  burnRateOf,
  exhaustionTime,
  factorOfBudget,
  highestBurnRate,
} from '../../../src/models/slo/burn-rate.ts';
import { dependencyCeiling, naiveDependencyTree } from '../../../src/models/slo/ceiling.ts';
import { durationSeconds } from '../../../src/models/slo/duration.ts';
import { eventsToExhaust, timeToExhaust } from '../../../src/models/slo/exhaustion.ts';
import { spentBySpikes, spentWhileWaiting } from '../../../src/models/slo/for-duration.ts';
import { nodesLost, overloadOf, shardHarvest } from '../../../src/models/slo/harvest.ts';
import { compositeIndicator, indicator, reportedIndicator } from '../../../src/models/slo/indicator.ts';
import {
  chanceOfAnyError,
  requestsForErrors,
  requestsToMeasure,
  sliceBurnRate,
  trafficWeighted,
} from '../../../src/models/slo/low-traffic.ts';
import { errorBudget, extraNineObjective, objectiveOfPercent } from '../../../src/models/slo/objective.ts';
import { badMinutesPerYear, eventsPerYear, type Risk, riskStack } from '../../../src/models/slo/risk.ts';
import { creditFor } from '../../../src/models/slo/service-credit.ts';
import { cosineTraffic } from '../../../src/models/slo/traffic-shape.ts';
import { outageCost } from '../../../src/models/slo/yield.ts';
import { coveredByModels, coveredByRules, outOfScope } from './covered.ts';
import { alertOf, expectWithin, type SloVector, sloVector, sloVectors } from './vectors.ts';

const month = 2_592_000;

const computations: Readonly<Record<string, (v: SloVector) => void>> = {
  'errorBudget.time': (v) => {
    const objective = objectiveOfPercent(v.input.objectivePercent);
    if (v.input.windowSeconds !== undefined) {
      expectWithin(timeBudget(objective, v.input.windowSeconds).value, v.expected.seconds, v);
      return;
    }
    for (const [window, seconds] of Object.entries(v.expected)) {
      expectWithin(timeBudget(objective, durationSeconds(window)).value, seconds as number, v);
    }
  },
  'errorBudget.events': (v) => {
    const { whole, value } = requestBudget(objectiveOfPercent(v.input.objectivePercent), v.input.events);
    expect([whole, value]).toEqual([v.expected.badEventsAllowed, v.expected.badEventsAllowed]);
  },
  'burn.exhaustion': (v) => {
    const { objectivePercent, windowSeconds, burnRate } = v.input;
    const budget = Number(errorBudget(objectiveOfPercent(objectivePercent)));
    expectWithin(burnRateOf(v.expected.errorRatio, budget), burnRate, v);
    expectWithin(exhaustionTime(burnRate, windowSeconds), v.expected.secondsToExhaust, v);
  },
  'burn.factorFromBudget': (v) => {
    const { budgetPercent, longWindowSeconds, periodSeconds } = v.input;
    const factor = factorOfBudget(String(budgetPercent), longWindowSeconds, periodSeconds);
    expectWithin(Number(factor), v.expected.burnRate, v);
  },
  'burn.pyrraScaling': (v) => {
    const minutes = catalogueAlerts('pyrra', v.input.periodDays * 86_400).map((alert) => ({
      for: alert.forSeconds / 60,
      long: alert.longSeconds / 60,
      short: alert.shortSeconds / 60,
    }));
    expect(minutes).toEqual(v.expected.minutes);
  },
  'alert.mwmb.constantIncident': constantIncident,
  'alert.feasibility': (v) => {
    const objective = objectiveOfPercent(v.input.objectivePercent);
    expectWithin(highestBurnRate(objective), v.expected.maxBurnRate, v);
    expect(canFire('14.4', objective)).toBe(v.expected.tier14_4CanFire);
    expect(canFire('6', objective)).toBe(v.expected.tier6CanFire);
  },
  'lowTraffic.minEvents': (v) => {
    const { objectivePercent, burnRate, toleratedErrors } = v.input;
    const budget = errorBudget(objectiveOfPercent(objectivePercent));
    const alert = alertOf({ burnRate, longSeconds: 259_200 });
    expect(requestsForErrors(alert, budget, toleratedErrors)).toBe(v.expected.minEventsInLongWindow);
  },
  'lowTraffic.falsePage': (v) => {
    const { trueErrorRatio, requestsPerHour } = v.input;
    const chance = chanceOfAnyError(trueErrorRatio, requestsPerHour);
    expectWithin(chance, v.expected.probAtLeastOneErrorPerHour, v);
    expectWithin(trueErrorRatio * requestsPerHour * 720, v.expected.expectedErrorsPer30d, v);
  },
  'lowTraffic.measurability': (v) => {
    const budget = Number(errorBudget(String(v.input.objective)));
    expect(requestsToMeasure(budget, v.input.confidence)).toBe(v.expected.requestsNeeded);
  },
  'lowTraffic.trafficWeighted': (v) => {
    const { objectivePercent, periodEvents, windowEvents, windowBad, periodHours, windowHours } = v.input;
    const budget = Number(errorBudget(objectiveOfPercent(objectivePercent)));
    const got = trafficWeighted(
      budget,
      { events: periodEvents, seconds: periodHours * 3600 },
      { events: windowEvents, bad: windowBad, seconds: windowHours * 3600 },
    );
    expectWithin(got.errorRatio, v.expected.errorRatio, v);
    expectWithin(got.correction, v.expected.correction, v);
    expectWithin(got.correctedErrorRatio, v.expected.correctedErrorRatio, v);
    expectWithin(got.spentUncorrected, v.expected.budgetFractionUncorrected, v);
    expectWithin(got.spent, v.expected.budgetFractionDirect, v);
    expectWithin((got.correctedErrorRatio * windowHours) / periodHours / budget, got.spent, v);
  },
  'lowTraffic.timeslice': (v) => {
    const { objectivePercent, windowMinutes, sliceMinutes, totalEvents, goodEvents } = v.input;
    const budget = Number(errorBudget(objectiveOfPercent(objectivePercent)));
    const slices = {
      bad: totalEvents - goodEvents,
      seen: totalEvents,
      expected: windowMinutes / sliceMinutes,
    };
    expectWithin(sliceBurnRate(budget, slices).naive, v.expected.burnNaive, v);
    expectWithin(sliceBurnRate(budget, slices).expected, v.expected.burnElastic, v);
  },
  'budgeting.ratioTimeslices': (v) => {
    const { objectivePercent, windowMinutes, normalErrorRatio, attackErrorRatio } = v.input;
    const budget = Number(errorBudget(objectiveOfPercent(objectivePercent)));
    const states = { normal: normalErrorRatio, attack: attackErrorRatio };
    expectWithin(timeToExhaust(budget, windowMinutes, states), v.expected.attackMinutesToExhaust, v);
  },
  'budgeting.occurrences': (v) => {
    const { objectivePercent, baselineEvents, baselineErrorRatio, attackErrorRatio } = v.input;
    const budget = Number(errorBudget(objectiveOfPercent(objectivePercent)));
    const states = { normal: baselineErrorRatio, attack: attackErrorRatio };
    expectWithin(eventsToExhaust(budget, baselineEvents, states), v.expected.attackEventsToExhaust, v);
    // What OpenSLO's own example prints does not follow from its assumptions.
    expect(eventsToExhaust(budget, baselineEvents, states)).toBeLessThan(16_632);
  },
  'budgeting.composite': (v) => {
    const parts = v.input.slis.map((each: number, i: number) => ({
      indicator: each,
      weight: v.input.weights[i],
    }));
    expectWithin(compositeIndicator(parts), v.expected.composite, v);
  },
  'sli.ratio': (v) => {
    expectWithin(indicator(v.input), v.expected.indicator, v);
  },
  'report.validity': (v) => {
    const { minValidEvents, cases } = v.input;
    const series = (count: number) => (count === -1 ? undefined : count);
    const got = cases.map(([good, bad]: [number, number]) =>
      reportedIndicator(series(good), series(bad), minValidEvents),
    );
    expect(got.map((each: number | undefined) => each ?? null)).toEqual(v.expected.sli);
    expect(got.map((each: number | undefined) => each !== undefined)).toEqual(v.expected.valid);
  },
  'deps.budget': (v) => {
    const [deps] = v.input.deps;
    const budget = errorBudget(objectiveOfPercent(v.input.objectivePercent));
    const each = errorBudget(objectiveOfPercent(deps.objectivePercent));
    const minutes = (unavailability: string) => Number(unavailability) * v.input.minutesPerYear;
    const own = splitBudget(budget, {
      kind: 'given',
      shares: Array.from({ length: deps.n }, (_, i) => ({
        name: `dependency ${i}`,
        share: String(Number(each) / Number(budget)),
      })),
    });
    expectWithin(minutes(budget), v.expected.totalMinutes, v);
    expectWithin(minutes(each) * deps.n, v.expected.depsMinutes, v);
    expectWithin(minutes(own.unallocated), v.expected.ownMinutes, v);
  },
  'deps.extraNine': (v) => {
    const objective = objectiveOfPercent(v.input.objectivePercent);
    expect(extraNineObjective(objective)).toBe(objectiveOfPercent(v.expected.dependencyObjectivePercent));
    const ratio = Number(errorBudget(objective)) / Number(errorBudget(extraNineObjective(objective)));
    expect(ratio).toBeCloseTo(v.expected.factor, 12);
  },
  'deps.naiveTree': (v) => {
    expect(naiveDependencyTree(v.input.fanout, v.input.levels)).toBe(v.expected.nodes);
  },
  'deps.redundancy': (v) => {
    const unavailability = naiveUnavailability(1 - v.input.availability, v.input.copies);
    expectWithin(1 - unavailability, v.expected.availabilityIndependent, v);
  },
  'deps.series': (v) => {
    const parts = v.input.availabilities.map((each: number, i: number) => ({
      name: `part ${i}`,
      unavailability: 1 - each,
    }));
    const { unavailability, sum } = dependencyCeiling(parts);
    expectWithin(1 - unavailability, v.expected.product, v);
    expectWithin(sum, v.expected.linearUnavailability, v);
    expectWithin(unavailability * 525_600, v.expected.exactMinutesPerYear, v);
  },
  'deps.ceiling': (v) => {
    const parts = v.input.availabilities.map((each: number, i: number) => ({
      name: `part ${i}`,
      unavailability: 1 - each,
    }));
    const { unavailability } = dependencyCeiling(parts);
    expectWithin(1 - unavailability, v.expected.ceiling, v);
    expect(Math.round((1 - unavailability) * 1e4) / 100).toBe(v.expected.ceilingPercentRounded);
  },
  'harvestYield.fault': (v) => {
    const { nodes, failed, layout, utilisation } = v.input;
    expect(nodesLost(nodes, failed, layout, utilisation)).toEqual(v.expected);
  },
  'harvestYield.overload': (v) => {
    const got = overloadOf(v.input.n, v.input.k);
    expectWithin(got.lostCapacity, v.expected.lostCapacity, v);
    expectWithin(got.redirected, v.expected.redirectedLoad, v);
    expectWithin(got.overload, v.expected.overloadFactor, v);
    expectWithin(got.yieldIfSaturated, v.expected.yieldIfSaturated, v);
  },
  'harvestYield.disaster': (v) => {
    const { sites, sitesLost } = v.input;
    const got = overloadOf(sites, sitesLost);
    expectWithin(got.overload, v.expected.overload, v);
    expectWithin(got.dataPerRequest, v.expected.dataPerQueryFactor, v);
    const { harvest, yield: answered } = nodesLost(sites, sitesLost, 'partitioned');
    expectWithin(harvest, v.expected.harvest, v);
    expectWithin(answered, v.expected.yield, v);
  },
  'harvestYield.harvest': (v) => {
    const { nodes, failed } = v.input;
    expect(nodesLost(nodes, failed, 'partitioned').harvest).toBe(v.expected.harvest);
    expect(shardHarvest({ shards: nodes, replicas: 1 }, Array(failed).fill(1))).toBe(v.expected.harvest);
  },
  'harvestYield.diurnal': (v) => {
    const peak = 12;
    const middle = v.input.centredAt === 'peak' ? peak : peak + 12;
    const hours = v.input.outageHours;
    const cost = outageCost(cosineTraffic(0.8, peak), middle - hours / 2, hours);
    expectWithin(cost.uptimeLoss, v.expected.uptimeLossFraction, v);
    expectWithin(cost.yieldLoss, v.expected.yieldLossFraction, v);
  },
  'risk.badMinutesPerYear': (v) => {
    expectWithin(eventsPerYear(v.input.ettfDays), v.expected.incidentsPerYear, v);
    expectWithin(badMinutesPerYear(riskOf(v)), v.expected.badMinutesPerYear, v);
  },
  'risk.stack': (v) => {
    const known = sloVectors.filter((each) => each.model === 'risk.badMinutesPerYear').map(riskOf);
    const given = known.reduce((sum, risk) => sum + badMinutesPerYear(risk), 0);
    // Two of the five risks come without inputs, so their cost together is what the sum leaves.
    const others = v.expected.sumMinutesPerYear - given;
    const rest: Risk = {
      name: 'dependency-outage',
      eventsPerYear: 1,
      detectMinutes: 0,
      repairMinutes: others,
      impact: 1,
    };
    const budget = Number(errorBudget(objectiveOfPercent(v.input.objectivePercent)));
    const stack = riskStack([...known, rest], budget, v.input.singleRiskCapFraction);
    expectWithin(stack.budgetMinutes, v.expected.budgetMinutesPerYear, v);
    expectWithin(stack.minutes, v.expected.sumMinutesPerYear, v);
    expect(stack.fits).toBe(v.expected.fits);
    const over = stack.lines.filter((line) => line.overCap).map(({ name }) => name);
    expect(over.sort()).toEqual(v.expected.overCap);
  },
  'sla.credit': (v) => {
    const tiers = v.input.tiers.map((tier: { below: number; creditPercent: number }) => ({
      belowPercent: String(tier.below),
      creditPercent: String(tier.creditPercent),
    }));
    const credit = creditFor(tiers, v.input.downMinutes, v.input.monthMinutes);
    expectWithin(credit.uptimePercent, v.expected.uptimePercent, v);
    expect(credit.creditPercent).toBe(v.expected.creditPercent);
  },
  'pyrra-windows-28d': (v) => {
    const period = v.input.periodHours * 3600;
    const alerts = catalogueAlerts('pyrra', period);
    v.expected.tiers.forEach((tier: Record<string, string>, i: number) => {
      const alert = alerts[i];
      expect(Number(alert?.factor)).toBe(tier['factor']);
      expect(alert?.longSeconds).toBe(durationSeconds(tier['long'] as string));
      expect(alert?.shortSeconds).toBe(durationSeconds(tier['short'] as string));
      expect(alert?.forSeconds).toBe(durationSeconds(tier['for'] as string));
      const spent = budgetSpent(Number(alert?.factor), alert?.longSeconds ?? 0, period);
      expectWithin(spent, Number(tier['budgetConsumed']), v);
      expect(exhaustionTime(Number(alert?.factor), period)).toBe(durationSeconds(v.expected.exhausts[i]));
    });
  },
  'slo-generator-default-policy': (v) => {
    const period = v.input.periodHours * 3600;
    const alerts = catalogueAlerts('slo-generator', period);
    v.input.steps.forEach(({ w, t }: { w: number; t: number }, i: number) => {
      expect([alerts[i]?.longSeconds, Number(alerts[i]?.factor)]).toEqual([w, t]);
      expectWithin(budgetSpent(t, w, period), v.expected.budgetConsumed[i], v);
    });
  },
  'kubernetes-mixin-7d-factors': (v) => {
    const inside = v.expected.factors.map((factor: number) => {
      const alert = alertOf({ burnRate: factor, longSeconds: 21_600, shortSeconds: 1800 });
      const setting = {
        objective: String(v.input.target),
        periodSeconds: v.input.periodDays * 86_400,
        scrapeSeconds: 15,
      };
      return lintAlert(alert, setting).some(({ code }) => code === 'fires-inside-objective');
    });
    expect(inside).toEqual([false, false, true, true]);
  },
  'workbook-iter1-10m': (v) => {
    const alert = alertOf(v.input);
    const budget = Number(errorBudget(objectiveOfPercent(v.input.objectivePercent)));
    const { errorRatio } = v.input;
    const response = incidentResponse(alert, budget, month, { errorRatio });
    expectWithin(response?.detect, v.expected.detectSeconds, v);
    expectWithin(response?.budgetSpent, v.expected.budgetConsumed, v);
    expectWithin(budgetSpent(1, v.input.longSeconds, month), v.expected.budgetConsumed, v);
    expect(86_400 / v.input.longSeconds).toBe(v.expected.maxAlertsPerDay);
  },
  'workbook-iter3-for-1h': (v) => {
    const budget = Number(errorBudget(objectiveOfPercent(v.input.objectivePercent)));
    const spent = spentWhileWaiting(v.input.forSeconds, budget, month, v.input.errorRatio);
    expectWithin(spent, v.expected.budgetConsumedBeforeAlert, v);
    // The book rounds to 140 %.
    expect(spent).toBeLessThan(1.4);
  },
  'workbook-iter3-spikes': (v) => {
    const { objectivePercent, spikeSeconds, spikeErrorRatio, spikes } = v.input;
    const budget = Number(errorBudget(objectiveOfPercent(objectivePercent)));
    const spend = (count: number) =>
      spentBySpikes({ seconds: spikeSeconds, errorRatio: spikeErrorRatio, count }, 3600, budget, month);
    expectWithin(spend(1), v.expected.perSpikeBudgetFraction, v);
    expectWithin(spend(spikes), v.expected.threeSpikes, v);
  },
  'mwmb-short-outage-not-seen': (v) => {
    const budget = Number(errorBudget(objectiveOfPercent(v.input.objectivePercent)));
    const { errorRatio } = v.input;
    const shortest = incidentResponse(alertOf(v.input), budget, month, { errorRatio })?.shortest ?? 0;
    expectWithin(shortest, v.expected.minIncidentSeconds, v);
    expect([45 > shortest, 60 > shortest]).toEqual([v.expected.fires45s, v.expected.fires60s]);
  },
};

function constantIncident(v: SloVector): void {
  const { objectivePercent, errorRatio, baselineErrorRatio = 0, tiers, periodSeconds = month } = v.input;
  const budget = Number(errorBudget(objectiveOfPercent(objectivePercent)));
  const incident = { errorRatio, baseline: baselineErrorRatio };
  if (tiers === undefined) {
    const response = incidentResponse(alertOf(v.input), budget, periodSeconds, incident);
    expectWithin(response?.detect, v.expected.detectSeconds, v);
    return;
  }
  for (const tier of tiers) {
    const response = incidentResponse(alertOf(tier), budget, periodSeconds, incident);
    const expected = v.expected[tier.name];
    if (expected === null) {
      expect(response).toBeUndefined();
      continue;
    }
    expectWithin(response?.detect, expected.detectSeconds, v);
    expectWithin(response?.clearAfterEnd, expected.clearAfterEndSeconds, v);
    expectWithin(response?.budgetSpent, expected.budgetConsumedAtDetection, v);
  }
}

function canFire(factor: string, objective: string): boolean {
  const alert = alertOf({ burnRate: Number(factor), longSeconds: 3600, shortSeconds: 300 });
  const lints = lintAlert(alert, { objective, periodSeconds: month, scrapeSeconds: 15 });
  return !lints.some(({ code }) => code === 'never-fires');
}

function riskOf(v: SloVector): Risk {
  return {
    name: v.name.replace(/^risk-/, ''),
    eventsPerYear: eventsPerYear(v.input.ettfDays),
    detectMinutes: v.input.ettdMin,
    repairMinutes: v.input.ettrMin,
    impact: v.input.impact,
  };
}

describe('published numbers about objectives, budgets and alerts', () => {
  it.each(coveredByModels)('%s', (name) => {
    const v = sloVector(name);
    const compute = computations[name] ?? computations[v.model];
    if (compute === undefined) throw new Error(`nothing computes ${name}`);
    compute(v);
  });

  it('leave none out: each vector is computed here, in the rules, or out of scope for a reason', () => {
    const answered = [...coveredByModels, ...coveredByRules, ...Object.keys(outOfScope)];
    expect([...answered].sort()).toEqual(sloVectors.map(({ name }) => name).sort());
    expect(Object.values(outOfScope).every((reason) => reason.length > 20)).toBe(true);
  });
});
