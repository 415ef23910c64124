import { burnRules, sanityRules } from './alerting.ts';
import { checkModel } from './check-model.ts';
import { recordPrefix, slug } from './conventions.ts';
import { invariantRules } from './invariant.ts';
import { periodRules, windowRules } from './recording.ts';
import type { RuleGroup, RuleModel } from './types.ts';

/** Periods are long and move slowly; recording them more often costs and says nothing. */
const periodInterval = 120;

/**
 * All rules of a model. A group is evaluated in order at one time stamp, so an alert sees what was recorded just before
 * it. Throws a RangeError for a model that cannot be written.
 */
export function ruleGroups(model: RuleModel): RuleGroup[] {
  checkModel(model);
  const { evaluationSeconds } = model.cadence;
  const objectives = model.objectives.flatMap((objective) => [
    {
      name: `slo-${slug(objective)}`,
      intervalSeconds: evaluationSeconds,
      rules: [...windowRules(objective), ...burnRules(objective), ...sanityRules(objective, model.cadence)],
    },
    {
      name: `slo-${slug(objective)}-period`,
      intervalSeconds: Math.max(periodInterval, evaluationSeconds),
      rules: periodRules(objective),
    },
  ]);
  const invariants = model.invariants.map((invariant) => ({
    name: `invariant-${invariant.service}-${invariant.name}`,
    intervalSeconds: evaluationSeconds,
    rules: invariantRules(invariant),
  }));
  return [...objectives, ...invariants];
}

/** A rule that reads a recorded series which no rule records. promtool takes such a file for good. */
export interface MissingRecord {
  readonly group: string;
  readonly rule: string;
  readonly metric: string;
}

/** Recorded series that are read but not made. */
export function missingRecords(groups: readonly RuleGroup[]): MissingRecord[] {
  const all = groups.flatMap(({ rules }) => rules);
  const made = new Set(all.flatMap((rule) => (rule.kind === 'record' ? [rule.record] : [])));
  return groups.flatMap(({ name, rules }) =>
    rules.flatMap((rule) =>
      rule.reads
        .filter((metric) => metric.startsWith(recordPrefix) && !made.has(metric))
        .map((metric) => ({ group: name, rule: rule.kind === 'record' ? rule.record : rule.alert, metric })),
    ),
  );
}
