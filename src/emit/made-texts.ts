import type { Plan, PlanQuantity } from '../plan/types.ts';
import { alertmanagerConfig } from '../rules/alertmanager.ts';
import { rulesOfPlan } from '../rules/from-plan.ts';
import { grafanaDashboard } from '../rules/grafana.ts';
import { openSlo } from '../rules/openslo.ts';
import { promtoolTests } from '../rules/promtool-test.ts';
import { prometheusRules } from '../rules/rule-file.ts';
import type { Spec } from '../spec/types.ts';
import { topology } from './topology.ts';
import type { MadeText } from './types.ts';

const folder = 'observability';
const ruleFileName = 'rules.yaml';

/**
 * The rules with their tests, routes, objectives and dashboard, and the topology: the same in every target. The tests
 * are most of the work; where the texts are only taken into templates, `tests` is false.
 */
export function madeTexts(plan: Plan, spec: Spec, tests = true): MadeText[] {
  const rules = watched(plan, (seen) => {
    const model = rulesOfPlan(seen);
    return [
      { name: 'rules', path: `${folder}/${ruleFileName}`, text: prometheusRules(model) },
      { name: 'alertmanager', path: `${folder}/alertmanager.yaml`, text: alertmanagerConfig(model) },
      { name: 'openslo', path: `${folder}/openslo.yaml`, text: openSlo(model) },
      { name: 'dashboard', path: `${folder}/dashboard.json`, text: grafanaDashboard(model) },
      ...(tests ? promtoolTests(model, ruleFileName) : []).map(({ name, text }) => ({
        name,
        path: `${folder}/${name}`,
        text,
      })),
    ];
  });
  const figure = watched(plan, (seen) => [
    { name: 'topology', path: 'topology.mmd', text: topology(seen, spec) },
  ]);
  return [...rules, ...figure];
}

/** Makes texts and notes which quantities of the plan were asked for on the way. */
function watched(plan: Plan, make: (plan: Plan) => readonly Omit<MadeText, 'reads'>[]): MadeText[] {
  const quantities = new WatchedQuantities(plan.quantities);
  const texts = make({ ...plan, quantities });
  const reads = [...quantities.asked].sort();
  return texts.map((text) => ({ ...text, reads }));
}

class WatchedQuantities extends Map<string, PlanQuantity> {
  readonly asked = new Set<string>();

  override get(name: string): PlanQuantity | undefined {
    this.asked.add(name);
    return super.get(name);
  }
}
