import { durationText } from '../models/slo/duration.ts';
import { type BurnScenario, burnScenarios } from './burn-scenarios.ts';
import { packs } from './packs.ts';
import type { RuleTest } from './rule-test.ts';
import { expectedFirings, type Phase, phaseSeries } from './scenario.ts';
import type { RuleModel } from './types.ts';

/** Tests of every burn alert of a model, those of objectives that count different series beside each other. */
export function burnTests(model: RuleModel): RuleTest[] {
  const members = model.objectives.flatMap(burnScenarios).map((scenario) => {
    const { alert, step, phases, objective } = scenario;
    const key = [alert.name, alert.longSeconds, step, phases[0]?.steps].join();
    return { key, objective, scenario, series: phaseSeries(objective, phases) };
  });
  return packs(members).map((pack) =>
    testOf(
      model,
      pack.map(({ scenario }) => scenario),
    ),
  );
}

/**
 * What must be seen at given moments. The tested alerts follow the closed form; other objectives that count the same
 * series follow their own windows. Both ways must agree on the tested ones, else the test would be of nothing.
 */
function testOf(model: RuleModel, pack: readonly BurnScenario[]): RuleTest {
  const [{ alert, step }] = pack as [BurnScenario];
  const length = Math.max(...pack.map(({ phases }) => stepsOf(phases)));
  const series = pack.flatMap(({ objective, phases }) => phaseSeries(objective, padded(phases, length)));
  const times = [...new Set(pack.flatMap(({ moments }) => moments.map(({ at }) => at)))];
  const alerts = expectedFirings(
    model,
    series,
    step,
    alert.name,
    times.sort((a, b) => a - b),
  );
  for (const { objective, moments, text } of pack) {
    for (const { at, fires } of moments) {
      const expected = alerts.find((each) => each.at === at);
      const seen = expected?.firing.some(
        (labels) => labels['service'] === objective.service && labels['slo'] === objective.slo,
      );
      if (seen === fires) continue;
      throw new RangeError(
        `${alert.name} alert: ${text}: closed form and windows disagree at ${at} s; choose windows that are multiples of ${step} s`,
      );
    }
  }
  const name = `${alert.name} alert of ${durationText(alert.longSeconds)}: ${pack.map(({ text }) => text).join('; ')}`;
  return { name, stepSeconds: step, series, alerts, values: [] };
}

function stepsOf(phases: readonly Phase[]): number {
  return phases.reduce((sum, { steps }) => sum + steps, 0);
}

/** The last phase goes on until the longest scenario of the test is over. */
function padded(phases: readonly Phase[], length: number): Phase[] {
  const last = phases.at(-1);
  if (last === undefined) return [];
  return [...phases.slice(0, -1), { ...last, steps: last.steps + length - stepsOf(phases) }];
}
