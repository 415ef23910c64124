import type { BurnAlert } from '../models/slo/burn-alert.ts';
import { durationText } from '../models/slo/duration.ts';
import { percentOfObjective } from '../models/slo/objective.ts';
import { type BlockValue, blockYaml } from './block-yaml.ts';
import { checkModel } from './check-model.ts';
import { slug } from './conventions.ts';
import { selectorText } from './promql.ts';
import type { RuleModel, Selector, ServiceObjective } from './types.ts';

const apiVersion = 'openslo/v1';
const dataSource = 'prometheus';

/** A document of OpenSLO. */
export interface OpenSloDocument {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Readonly<Record<string, BlockValue>>;
  readonly spec: Readonly<Record<string, BlockValue>>;
}

/** The objectives of a model as OpenSLO v1, one YAML stream. Throws a RangeError for a model that cannot be written. */
export function openSlo(model: RuleModel): string {
  return openSloText(openSloDocuments(model));
}

/** The text of such documents, one YAML stream. */
export function openSloText(documents: readonly OpenSloDocument[]): string {
  return documents.map((document) => `---\n${blockYaml({ ...document })}`).join('');
}

/**
 * Documents of OpenSLO v1 for a model: the data source, where notifications go, each service, and each objective with
 * its alert policies.
 *
 * A policy of v1 has exactly one condition and that one window, so each burn alert becomes a policy of its long window;
 * its short one is an annotation, `headroom.dev/short-window`, that readers of v1 do not act on. The rules say both.
 */
export function openSloDocuments(model: RuleModel): OpenSloDocument[] {
  checkModel(model);
  const services = new Map(model.objectives.map((objective) => [objective.service, objective]));
  return [
    document('DataSource', dataSource, {
      type: 'Prometheus',
      connectionDetails: { url: 'http://prometheus:9090' },
    }),
    ...['page', 'ticket'].map((target) =>
      document('AlertNotificationTarget', target, { target: 'alertmanager' }),
    ),
    ...[...services.keys()].map((service) => document('Service', service, {})),
    ...model.objectives.flatMap((objective) => [
      ...objective.alerts.map((alert) => policy(objective, alert)),
      sloDocument(objective),
    ]),
  ];
}

function sloDocument(objective: ServiceObjective): OpenSloDocument {
  const { service, description, indicator, periodSeconds } = objective;
  const ratio =
    indicator.kind === 'requests'
      ? { counter: true, bad: metric(indicator.bad), total: metric([indicator.total]) }
      : { counter: true, good: metric([indicator.good]), total: metric([indicator.total]) };
  const name = slug(objective);
  return document('SLO', name, {
    description,
    service,
    indicator: { metadata: { name: `${name}-ratio` }, spec: { ratioMetric: ratio } },
    timeWindow: [{ duration: durationShorthand(periodSeconds), isRolling: true }],
    budgetingMethod: 'Occurrences',
    objectives: [
      {
        displayName: `${percentOfObjective(objective.objective)} % good`,
        target: Number(objective.objective),
      },
    ],
    alertPolicies: objective.alerts.map((alert) => ({ alertPolicyRef: policyName(objective, alert) })),
  });
}

function policy(objective: ServiceObjective, alert: BurnAlert): OpenSloDocument {
  const name = policyName(objective, alert);
  const condition = {
    kind: 'burnrate',
    op: 'gt',
    threshold: Number(alert.factor),
    lookbackWindow: durationShorthand(alert.longSeconds),
    ...(alert.forSeconds === 0 ? {} : { alertAfter: durationShorthand(alert.forSeconds) }),
  };
  const made = document('AlertPolicy', name, {
    alertWhenBreaching: true,
    conditions: [
      {
        kind: 'AlertCondition',
        metadata: { name: `${name}-condition` },
        spec: { severity: alert.severity, condition },
      },
    ],
    notificationTargets: [{ targetRef: alert.severity }],
  });
  const annotations = { 'headroom.dev/short-window': durationText(alert.shortSeconds) };
  return { ...made, metadata: { ...made.metadata, annotations } };
}

function policyName(objective: ServiceObjective, { name }: BurnAlert): string {
  return `${slug(objective)}-${name}`;
}

function metric(selectors: readonly Selector[]): Record<string, BlockValue> {
  return {
    metricSource: {
      metricSourceRef: dataSource,
      type: 'Prometheus',
      spec: { query: selectors.map((selector) => `sum(${selectorText(selector)})`).join(' + ') },
    },
  };
}

function document(kind: string, name: string, spec: Record<string, BlockValue>): OpenSloDocument {
  return { apiVersion, kind, metadata: { name }, spec };
}

/** OpenSLO has no seconds. Throws a RangeError for a duration that is no whole number of minutes. */
function durationShorthand(seconds: number): string {
  if (seconds % 60 !== 0) throw new RangeError(`OpenSLO counts in minutes, and ${seconds} s are none`);
  return durationText(seconds);
}
