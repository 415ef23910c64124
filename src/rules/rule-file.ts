import { durationText } from '../models/slo/duration.ts';
import { type BlockValue, blockYaml } from './block-yaml.ts';
import { ruleGroups } from './rule-groups.ts';
import type { Rule, RuleGroup, RuleModel } from './types.ts';

/** Style of the yaml library for the smaller files. No folding, so that differences of two files are readable. */
export const yamlStyle = {
  lineWidth: 0,
  aliasDuplicateObjects: false,
  compat: 'yaml-1.1',
} as const;

/** The rule file of Prometheus for a model. Throws a RangeError for a model that cannot be written. */
export function prometheusRules(model: RuleModel): string {
  return ruleFile(ruleGroups(model));
}

/** Groups of rules as Prometheus reads them. */
export function ruleFile(groups: readonly RuleGroup[]): string {
  return blockYaml(ruleFileValue(groups));
}

/** What reading the file would give. */
export function ruleFileValue(groups: readonly RuleGroup[]): BlockValue {
  return {
    groups: groups.map(({ name, intervalSeconds, rules }) => ({
      name,
      interval: durationText(intervalSeconds),
      rules: rules.map(ruleEntry),
    })),
  };
}

function ruleEntry(rule: Rule): BlockValue {
  if (rule.kind === 'record') return { record: rule.record, expr: rule.expr, labels: rule.labels };
  const { alert, expr, forSeconds, labels, annotations } = rule;
  return {
    alert,
    expr,
    ...(forSeconds === 0 ? {} : { for: durationText(forSeconds) }),
    labels,
    annotations,
  };
}
