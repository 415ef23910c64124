import { Decimal, printedText } from '../models/slo/decimal.ts';
import { durationText } from '../models/slo/duration.ts';
import { errorBudget, percentOfObjective } from '../models/slo/objective.ts';
import { checkModel } from './check-model.ts';
import { recorded, records } from './conventions.ts';
import { binary, type Expr, literal, series } from './promql.ts';
import { windowsOf } from './recording.ts';
import type { RuleModel, ServiceObjective } from './types.ts';

/** A panel of a dashboard, as far as headroom sets it. */
export interface Panel {
  readonly id: number;
  readonly type: 'row' | 'stat' | 'timeseries' | 'alertlist';
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly {
    readonly refId: string;
    readonly expr: string;
    readonly legendFormat: string;
  }[];
  readonly [key: string]: unknown;
}

const source = { type: 'prometheus', uid: '$datasource' };
const rowHeight = 1;
const panelHeight = 8;

/**
 * A Grafana dashboard for a model, as JSON text: for each objective what is left of the budget, how fast it burns beside
 * the factors of its alerts, the traffic and its bad part, and the alerts that fire.
 *
 * Only recorded series are read. Throws a RangeError for a model that cannot be written.
 */
export function grafanaDashboard(model: RuleModel): string {
  checkModel(model);
  const panels = model.objectives.flatMap((objective, i) => objectivePanels(objective, i));
  const services = [...new Set(model.objectives.map(({ service }) => service))];
  const dashboard = {
    uid: `slo-${services.join('-')}`.slice(0, 40),
    title: `Objectives: ${services.join(', ')}`,
    tags: ['slo'],
    schemaVersion: 39,
    editable: true,
    time: { from: 'now-7d', to: 'now' },
    refresh: '1m',
    templating: {
      list: [{ name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Data source' }],
    },
    panels,
  };
  return `${JSON.stringify(dashboard, undefined, 2)}\n`;
}

function objectivePanels(objective: ServiceObjective, index: number): Panel[] {
  const top = index * (rowHeight + panelHeight);
  const first = index * 5 + 1;
  const own = (metric: string) => series(recorded(metric, objective));
  const budget = literal(errorBudget(objective.objective));
  const [shortest = 0] = windowsOf(objective);
  const percent = percentOfObjective(objective.objective);
  const at = (x: number, w: number) => ({ x, y: top + rowHeight, w, h: panelHeight });
  return [
    {
      id: first,
      type: 'row',
      title: `${objective.service} ${objective.slo}: ${percent} % of ${durationText(objective.periodSeconds)}`,
      gridPos: { x: 0, y: top, w: 24, h: rowHeight },
      collapsed: false,
      panels: [],
    },
    {
      ...panel(first + 1, 'stat', 'Budget left', at(0, 4), 'percentunit'),
      targets: [target('A', own(records.budgetLeft), 'left')],
      description: objective.description,
    },
    {
      ...panel(first + 2, 'timeseries', 'Burn rate', at(4, 9), 'none', burnSteps(objective)),
      targets: windowsOf(objective).map((window, i) =>
        target(
          String.fromCharCode(65 + i),
          binary('/', own(records.ratio(window)), budget),
          durationText(window),
        ),
      ),
    },
    {
      ...panel(first + 3, 'timeseries', `Requests in ${durationText(shortest)}`, at(13, 7), 'short'),
      targets: [
        target('A', own(records.total(shortest)), 'all'),
        target('B', own(records.bad(shortest)), 'bad'),
      ],
    },
    {
      id: first + 4,
      type: 'alertlist',
      title: 'Alerts',
      gridPos: at(20, 4),
      options: {
        viewMode: 'list',
        alertInstanceLabelFilter: `{service="${objective.service}",slo="${objective.slo}"}`,
        stateFilter: { firing: true, pending: true },
      },
    },
  ];
}

function panel(
  id: number,
  type: Panel['type'],
  title: string,
  gridPos: Panel['gridPos'],
  unit: string,
  steps: readonly { readonly color: string; readonly value: number | null }[] = [
    { color: 'red', value: null },
    { color: 'green', value: 0 },
  ],
) {
  return {
    id,
    type,
    title,
    gridPos,
    datasource: source,
    fieldConfig: {
      defaults: { unit, thresholds: { mode: 'absolute', steps } },
      overrides: [],
    },
  };
}

/** The factors of the alerts as lines, the mildest first. */
function burnSteps({ alerts }: ServiceObjective) {
  const factors = alerts.map(({ factor, severity }) => ({
    color: severity === 'page' ? 'red' : 'orange',
    value: Number(printedText(new Decimal(factor))),
  }));
  return [{ color: 'green', value: null }, ...factors.sort((a, b) => a.value - b.value)];
}

function target(refId: string, expr: Expr, legendFormat: string) {
  return { refId, expr: expr.text, legendFormat };
}
