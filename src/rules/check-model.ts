import { alertNumbers } from '../models/slo/burn-alert.ts';
import { errorBudget } from '../models/slo/objective.ts';
import { slug } from './conventions.ts';
import type { RuleModel, Selector, ServiceObjective } from './types.ts';

const namePattern = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const metricPattern = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const labelPattern = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * Refuses a model whose rules could not be written or would overwrite each other: names that are no DNS label, the same
 * name twice, impossible objectives, windows or metric names. Throws a RangeError that names what.
 */
export function checkModel(model: RuleModel): void {
  const seen = new Set<string>();
  for (const objective of model.objectives) {
    checkObjective(objective);
    requireNew(seen, slug(objective));
  }
  for (const { service, name, sent, ended, held } of model.invariants) {
    requireName('service', service);
    requireName('invariant', name);
    requireNew(seen, `${service}-${name}`);
    for (const selector of [sent, ...ended, ...held]) requireSelector(selector);
  }
}

function checkObjective({ service, slo, objective, indicator, alerts }: ServiceObjective): void {
  requireName('service', service);
  requireName('objective', slo);
  errorBudget(objective);
  requireSelector(indicator.total);
  const parts = indicator.kind === 'requests' ? indicator.bad : [indicator.good];
  if (parts.length === 0) throw new RangeError(`objective ${slo} must count bad events`);
  for (const part of parts) requireSelector(part);
  const names = new Set<string>();
  for (const alert of alerts) {
    alertNumbers(alert);
    if (names.has(alert.name)) throw new RangeError(`alert ${alert.name} of ${slo} is there twice`);
    names.add(alert.name);
  }
  if (alerts.length === 0) throw new RangeError(`objective ${slo} must have at least one alert`);
}

function requireNew(seen: Set<string>, name: string): void {
  if (seen.has(name)) throw new RangeError(`objective ${name} is there twice`);
  seen.add(name);
}

function requireName(what: string, name: string): void {
  if (!namePattern.test(name) || name.length > 63) {
    throw new RangeError(`${what} must be named by lower case letters, digits and hyphens, not \`${name}\``);
  }
}

function requireSelector({ metric, matchers }: Selector): void {
  if (!metricPattern.test(metric))
    throw new RangeError(`metric must be a Prometheus name, not \`${metric}\``);
  for (const { label } of matchers) {
    if (!labelPattern.test(label)) throw new RangeError(`label must be a Prometheus name, not \`${label}\``);
  }
}
