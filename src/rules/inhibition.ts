import type { LabelMatcher } from './types.ts';

type Labels = Readonly<Record<string, string>>;

/** While an alert that matches `source` fires, those that match `target` and share the `equal` labels stay quiet. */
export interface InhibitRule {
  readonly source: readonly LabelMatcher[];
  readonly target: readonly LabelMatcher[];
  readonly equal: readonly string[];
}

/**
 * The firing alerts of which somebody is told, by the semantics of Alertmanager: a label that both sides lack is equal,
 * and an alert that matches source and target of a rule is not kept quiet by another that matches both.
 */
export function notified(firing: readonly Labels[], rules: readonly InhibitRule[]): Labels[] {
  return firing.filter((alert) => !rules.some((rule) => isInhibited(alert, firing, rule)));
}

function isInhibited(
  alert: Labels,
  firing: readonly Labels[],
  { source, target, equal }: InhibitRule,
): boolean {
  if (!matchesAll(alert, target)) return false;
  const alsoSource = matchesAll(alert, source);
  return firing.some(
    (other) =>
      other !== alert &&
      matchesAll(other, source) &&
      !(alsoSource && matchesAll(other, target)) &&
      equal.every((label) => (other[label] ?? '') === (alert[label] ?? '')),
  );
}

function matchesAll(labels: Labels, matchers: readonly LabelMatcher[]): boolean {
  return matchers.every((matcher) => matches(labels[matcher.label] ?? '', matcher));
}

function matches(own: string, { op, value }: LabelMatcher): boolean {
  switch (op) {
    case '=':
      return own === value;
    case '!=':
      return own !== value;
    case '=~':
      return new RegExp(`^(?:${value})$`).test(own);
    case '!~':
      return !new RegExp(`^(?:${value})$`).test(own);
  }
}
