import type { OpenSloDocument } from './openslo.ts';

/** A rule of OpenSLO v1 that a document breaks. */
export interface OpenSloProblem {
  /** Path of the property, such as `spec.objectives[0].target`. */
  readonly path: string;
  readonly message: string;
}

type Node = Readonly<Record<string, unknown>>;
type Report = (path: string, message: string) => void;

const methods = ['Occurrences', 'Timeslices', 'RatioTimeslices'];
const operators = ['gt', 'lt', 'gte', 'lte'];
const dnsLabel = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/**
 * What the validators of OpenSLO's Go SDK say about the documents that headroom writes: SLO and AlertPolicy of v1 with
 * their inline indicators and conditions. There is no schema to check against; the SDK's code is the specification.
 */
export function openSloProblems(document: OpenSloDocument): OpenSloProblem[] {
  const problems: OpenSloProblem[] = [];
  const report: Report = (path, message) => problems.push({ path, message });
  if (document.apiVersion !== 'openslo/v1') report('apiVersion', 'must be openslo/v1');
  checkName(document.metadata, 'metadata', report);
  const spec = document.spec as Node;
  const { description } = spec;
  if (typeof description === 'string' && description.length > 1050) {
    report('spec.description', 'must not exceed 1050 characters');
  }
  if (document.kind === 'SLO') checkSlo(spec, report);
  if (document.kind === 'AlertPolicy') checkPolicy(spec, 'spec', report);
  return problems;
}

function checkSlo(spec: Node, report: Report): void {
  if (!spec['service']) report('spec.service', 'is required');
  const method = spec['budgetingMethod'];
  if (!methods.includes(String(method)))
    report('spec.budgetingMethod', `must be one of ${methods.join(', ')}`);
  const objectives = list(spec['objectives']);
  const composite = objectives.some((each) => has(each, 'indicator') || has(each, 'indicatorRef'));
  if (!composite) checkIndicator(spec, 'spec', report);
  else if (has(spec, 'indicator') || has(spec, 'indicatorRef')) {
    report('spec', 'indicators stand on the SLO or on its objectives, not on both');
  }
  const windows = list(spec['timeWindow']);
  if (windows.length !== 1) report('spec.timeWindow', 'must have exactly one entry');
  windows.forEach((window, i) => {
    checkWindow(window, `spec.timeWindow[${i}]`, report);
  });
  const ratio = has(node(node(spec['indicator'])['spec']), 'ratioMetric');
  objectives.forEach((each, i) => {
    const path = `spec.objectives[${i}]`;
    checkObjective(each, path, String(method), ratio, report);
    if (composite) checkIndicator(each, path, report);
  });
}

function checkIndicator(at: Node, path: string, report: Report): void {
  const inline = has(at, 'indicator');
  if (inline === has(at, 'indicatorRef')) report(path, 'needs either `indicator` or `indicatorRef`');
  if (!inline) return;
  const indicator = node(at['indicator']);
  checkName(node(indicator['metadata']), `${path}.indicator.metadata`, report);
  const spec = node(indicator['spec']);
  if (has(spec, 'thresholdMetric') === has(spec, 'ratioMetric')) {
    report(`${path}.indicator.spec`, 'needs either `thresholdMetric` or `ratioMetric`');
  }
  if (has(spec, 'ratioMetric'))
    checkRatio(node(spec['ratioMetric']), `${path}.indicator.spec.ratioMetric`, report);
}

function checkRatio(ratio: Node, path: string, report: Report): void {
  if (has(ratio, 'total') === has(ratio, 'raw')) report(path, 'needs either `total` or `raw`');
  if (has(ratio, 'total') && has(ratio, 'good') === has(ratio, 'bad')) {
    report(path, 'needs either `good` or `bad` beside `total`');
  }
  for (const part of ['good', 'bad', 'total', 'raw']) {
    if (!has(ratio, part)) continue;
    const source = node(node(ratio[part])['metricSource']);
    if (Object.keys(node(source['spec'])).length === 0)
      report(`${path}.${part}.metricSource.spec`, 'is required');
  }
}

function checkObjective(at: Node, path: string, method: string, ratio: boolean, report: Report): void {
  if (has(at, 'target') === has(at, 'targetPercent'))
    report(path, 'needs either `target` or `targetPercent`');
  checkRange(at['target'], 1, `${path}.target`, report);
  checkRange(at['targetPercent'], 100, `${path}.targetPercent`, report);
  if (has(at, 'op')) {
    if (!operators.includes(String(at['op']))) report(`${path}.op`, `must be one of ${operators.join(', ')}`);
    if (ratio) report(`${path}.op`, 'belongs to a threshold metric, not to a ratio');
  }
  if (method === 'Timeslices') {
    const target = at['timeSliceTarget'];
    if (!(typeof target === 'number' && target > 0 && target <= 1)) {
      report(`${path}.timeSliceTarget`, 'must lie in (0, 1]');
    }
  }
  if (method !== 'Occurrences') checkDuration(at['timeSliceWindow'], `${path}.timeSliceWindow`, report);
}

function checkRange(value: unknown, below: number, path: string, report: Report): void {
  if (value === undefined || value === null) return;
  if (!(typeof value === 'number' && value >= 0 && value < below)) {
    report(path, `must be at least 0 and below ${below}`);
  }
}

function checkWindow(window: Node, path: string, report: Report): void {
  const rolling = window['isRolling'] === true;
  if (rolling === has(window, 'calendar')) {
    report(path, 'needs `calendar` if and only if it is not rolling');
  }
  checkDuration(window['duration'], `${path}.duration`, report);
}

function checkPolicy(spec: Node, path: string, report: Report): void {
  const conditions = list(spec['conditions']);
  if (conditions.length !== 1) report(`${path}.conditions`, 'must have exactly one entry');
  if (list(spec['notificationTargets']).length === 0) {
    report(`${path}.notificationTargets`, 'must have at least one entry');
  }
  conditions.forEach((each, i) => {
    const at = `${path}.conditions[${i}]`;
    if (has(each, 'conditionRef')) return;
    checkName(node(each['metadata']), `${at}.metadata`, report);
    checkCondition(node(each['spec']), `${at}.spec`, report);
  });
}

function checkCondition(spec: Node, path: string, report: Report): void {
  if (!spec['severity']) report(`${path}.severity`, 'is required');
  const condition = node(spec['condition']);
  if (condition['kind'] !== 'burnrate') report(`${path}.condition.kind`, 'must be burnrate');
  if (!operators.includes(String(condition['op']))) {
    report(`${path}.condition.op`, `must be one of ${operators.join(', ')}`);
  }
  if (typeof condition['threshold'] !== 'number') report(`${path}.condition.threshold`, 'is required');
  checkDuration(condition['lookbackWindow'], `${path}.condition.lookbackWindow`, report);
  if (has(condition, 'alertAfter'))
    checkDuration(condition['alertAfter'], `${path}.condition.alertAfter`, report);
}

/** One whole number and one unit: no seconds, and no two units together. */
function checkDuration(value: unknown, path: string, report: Report): void {
  if (!(typeof value === 'string' && /^\d+[mhdwMQY]$/.test(value))) {
    report(path, 'must be a whole number and one of m, h, d, w, M, Q, Y');
  }
}

function checkName(metadata: Node, path: string, report: Report): void {
  if (!dnsLabel.test(String(metadata['name'] ?? ''))) report(`${path}.name`, 'must be a DNS label');
}

function has(at: Node, key: string): boolean {
  return at[key] !== undefined && at[key] !== null;
}

function node(value: unknown): Node {
  return typeof value === 'object' && value !== null ? (value as Node) : {};
}

function list(value: unknown): Node[] {
  return Array.isArray(value) ? value.map(node) : [];
}
