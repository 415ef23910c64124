import type { Plan, PlanQuantity } from '../plan/types.ts';
import { alertmanagerText, alertmanagerValue } from '../rules/alertmanager.ts';
import { blockYaml } from '../rules/block-yaml.ts';
import { rulesOfPlan } from '../rules/from-plan.ts';
import { grafanaDashboard } from '../rules/grafana.ts';
import { routesInNamespace, rulesInNamespace } from '../rules/in-namespace.ts';
import { serviceSlug } from '../rules/name-slug.ts';
import { openSloDocuments, openSloText } from '../rules/openslo.ts';
import { promtoolTests } from '../rules/promtool-test.ts';
import { ruleFileValue } from '../rules/rule-file.ts';
import { ruleGroups } from '../rules/rule-groups.ts';
import type { Spec } from '../spec/types.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { topology } from './topology.ts';
import type { EmitInput, MadeText, Said } from './types.ts';

const folder = 'observability';
const ruleFileName = 'rules.yaml';

/** The rules with their tests, routes, objectives and dashboard, and the topology: the same in every target. */
export function madeTexts(plan: Plan, spec: Spec): MadeText[] {
  const ofRules = createRecorder();
  const model = rulesOfPlan(watched(plan, ofRules));
  const { said } = ofRules;
  // Routes name alerts, and none of their numbers.
  const nothing = new Map<string, Said>();
  const ofFigure = createRecorder();
  const rules = ruleFileValue(ruleGroups(model));
  const routes = alertmanagerValue(model);
  // Of a Prometheus operator, who tells services apart by namespaces.
  const namespace = serviceSlug(plan.name);
  const rulesHere = ruleFileValue(rulesInNamespace(model, namespace));
  const { route, inhibitRules } = routesInNamespace(routes, namespace);
  const objectives = openSloDocuments(model);
  return [
    { ...inFolder('rules', ruleFileName, blockYaml(rules)), values: [rules], said },
    {
      ...inFolder('alertmanager', 'alertmanager.yaml', alertmanagerText(routes)),
      ...{ values: [routes], said: nothing },
    },
    { name: 'rulesInNamespace', text: blockYaml(rulesHere), values: [rulesHere], said },
    { name: 'routeInNamespace', text: alertmanagerText(route), values: [route], said: nothing },
    {
      name: 'inhibitRulesInNamespace',
      ...{ text: alertmanagerText(inhibitRules), values: [inhibitRules], said: nothing },
    },
    { ...inFolder('openslo', 'openslo.yaml', openSloText(objectives)), values: objectives, said },
    { ...inFolder('dashboard', 'dashboard.json', grafanaDashboard(model)), said },
    ...promtoolTests(model, ruleFileName).map(({ name, text, value }) => ({
      ...{ ...inFolder(name, name, text), values: [value], said },
    })),
    {
      name: 'topology',
      path: 'topology.mmd',
      text: topology(watched(plan, ofFigure), spec),
      said: ofFigure.said,
    },
  ];
}

function inFolder(name: string, file: string, text: string) {
  return { name, path: `${folder}/${file}`, text };
}

/** An input with these texts, made when they are first asked for: small overlays ask for none. */
export function withMadeTexts(input: Omit<EmitInput, 'made'>): EmitInput {
  let texts: readonly MadeText[] | undefined;
  return {
    ...input,
    get made() {
      texts ??= madeTexts(input.plan, input.spec);
      return texts;
    },
  };
}

/** The plan, with notes of which numbers were read from it, and in which form. */
function watched(plan: Plan, recorder: Recorder): Plan {
  return { ...plan, quantities: new WatchedQuantities(plan.quantities, recorder) };
}

class WatchedQuantities extends Map<string, PlanQuantity> {
  private readonly recorder: Recorder;

  constructor(quantities: ReadonlyMap<string, PlanQuantity>, recorder: Recorder) {
    super(quantities);
    this.recorder = recorder;
  }

  override get(name: string): PlanQuantity | undefined {
    const quantity = super.get(name);
    if (quantity === undefined) return undefined;
    const read = <K extends 'value' | 'display'>(part: K): PlanQuantity[K] => {
      const textIn = ({ quantities }: Plan) => String(quantities.get(name)?.[part]);
      const said = {
        names: [name],
        text: String(quantity[part]),
        again: ({ plan }: { plan: Plan }) => textIn(plan),
      };
      this.recorder.note(`${name} ${part}`, said);
      return quantity[part];
    };
    return {
      ...quantity,
      get value() {
        return read('value');
      },
      get display() {
        return read('display');
      },
    };
  }
}
