import { ruleGroups } from './rule-groups.ts';
import type { Indicator, Invariant, RuleGroup, RuleModel, Selector } from './types.ts';

/** The label by which a Prometheus of the operator tells services apart, and gives a namespace only its own alerts. */
const label = 'namespace';

/**
 * All rules of a model where other services share the Prometheus: they count what comes from one namespace, and their
 * alerts say so. Recorded series are told apart by the service that they name. Throws as `ruleGroups` does.
 */
export function rulesInNamespace(model: RuleModel, namespace: string): readonly RuleGroup[] {
  const within = (selector: Selector): Selector => ({
    ...selector,
    matchers: [...selector.matchers, { label, op: '=', value: namespace }],
  });
  const groups = ruleGroups({
    ...model,
    objectives: model.objectives.map((objective) => ({
      ...objective,
      indicator: indicatorOf(objective.indicator, within),
    })),
    invariants: model.invariants.map((invariant) => invariantOf(invariant, within)),
  });
  return groups.map((group) => ({
    ...group,
    rules: group.rules.map((rule) =>
      rule.kind === 'record' ? rule : { ...rule, labels: { ...rule.labels, [label]: namespace } },
    ),
  }));
}

function indicatorOf(indicator: Indicator, within: (selector: Selector) => Selector): Indicator {
  const total = within(indicator.total);
  return indicator.kind === 'latency'
    ? { ...indicator, total, good: within(indicator.good) }
    : { ...indicator, total, bad: indicator.bad.map(within) };
}

function invariantOf(invariant: Invariant, within: (selector: Selector) => Selector): Invariant {
  const { sent, ended, held } = invariant;
  return { ...invariant, sent: within(sent), ended: ended.map(within), held: held.map(within) };
}

/** What the resource AlertmanagerConfig has beside its receivers. */
export interface NamespaceRoutes {
  readonly route: Readonly<Record<string, unknown>>;
  readonly inhibitRules: readonly Readonly<Record<string, unknown>>[];
}

/**
 * A configuration of Alertmanager as the resource AlertmanagerConfig has it: keys in camel case, matchers as objects.
 * Nothing but alerts of the namespace enters, whether the operator sees to that or was told not to.
 */
export function routesInNamespace(
  { route, inhibit_rules: inhibitions }: Readonly<Record<string, unknown>>,
  namespace: string,
): NamespaceRoutes {
  const ours = { name: label, value: namespace, matchType: '=' };
  const rules = (inhibitions as readonly object[]).map(mapOf) as readonly Record<
    string,
    readonly unknown[]
  >[];
  return {
    route: { ...mapOf(route as object), matchers: [ours] },
    inhibitRules: rules.map(({ sourceMatch = [], targetMatch = [], ...rest }) => ({
      ...{ sourceMatch: [ours, ...sourceMatch], targetMatch: [ours, ...targetMatch] },
      ...rest,
    })),
  };
}

const listsOfMatchers: Readonly<Record<string, string>> = {
  matchers: 'matchers',
  source_matchers: 'sourceMatch',
  target_matchers: 'targetMatch',
};

function mapOf(map: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(map).map(([key, value]) => {
      const matchers = listsOfMatchers[key];
      if (matchers !== undefined) return [matchers, (value as readonly string[]).map(matcherOf)];
      return [camelCase(key), key === 'routes' ? (value as readonly object[]).map(mapOf) : value];
    }),
  );
}

/** Throws a RangeError for a text that is no matcher. */
function matcherOf(text: string) {
  const [, name, matchType, quoted] = /^(\w+)(=~|!~|!=|=)(".*")$/s.exec(text) ?? [];
  if (quoted === undefined) throw new RangeError(`${text} is no matcher`);
  return { name, value: JSON.parse(quoted) as string, matchType };
}

function camelCase(key: string): string {
  return key.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
