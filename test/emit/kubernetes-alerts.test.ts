import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import schema from '../../schemas/kubernetes/monitoring.coreos.com_alertmanagerconfigs.json' with {
  type: 'json',
};
import metrics from '../../schemas/metrics.json' with { type: 'json' };
import { kubernetesTree, type Manifest } from './kubernetes-tree.ts';

const tree = kubernetesTree();
const service = 'image-resize';
const { spec, metadata } = tree.object('AlertmanagerConfig', service);
const plain = parse(tree.files.get('observability/alertmanager.yaml') ?? '');
const ours = { name: 'namespace', value: service, matchType: '=' };

const textOf = ({ name, matchType, value }: Manifest) => `${name}${matchType}${JSON.stringify(value)}`;

/** A route of the resource as Alertmanager's own file has it. */
function ownForm({
  receiver,
  groupBy,
  groupWait,
  groupInterval,
  repeatInterval,
  matchers,
  routes,
}: Manifest) {
  const route = {
    ...{ receiver, group_by: groupBy, group_wait: groupWait, group_interval: groupInterval },
    ...{ repeat_interval: repeatInterval, matchers: matchers?.map(textOf), routes: routes?.map(ownForm) },
  };
  return Object.fromEntries(Object.entries(route).filter(([, each]) => each !== undefined));
}

describe('the routes that Alertmanager gets from the Prometheus operator', () => {
  it('are those that amtool reads, for alerts of the namespace in which they lie', () => {
    expect(metadata.namespace).toBe(service);
    const { matchers, ...route } = spec.route;
    expect(matchers).toEqual([ours]);
    expect(ownForm(route)).toEqual(plain.route);
    const inhibitions = spec.inhibitRules.map(({ sourceMatch, targetMatch, equal }: Manifest) => {
      expect([sourceMatch[0], targetMatch[0]]).toEqual([ours, ours]);
      const [source, target] = [sourceMatch, targetMatch].map((list) => list.slice(1).map(textOf));
      return { source_matchers: source, target_matchers: target, equal };
    });
    expect(inhibitions).toEqual(plain.inhibit_rules);
    expect(spec.receivers).toEqual(plain.receivers);
  });

  it('have routes of the keys that a route has, where the schema takes anything', () => {
    const kinds = schema.kinds as Manifest;
    const { route } = kinds['monitoring.coreos.com/v1alpha1/AlertmanagerConfig'].properties.spec.properties;
    for (const each of [spec.route, ...spec.route.routes]) {
      expect(Object.keys(route.properties)).toEqual(expect.arrayContaining(Object.keys(each)));
      for (const matcher of each.matchers) {
        expect(Object.keys(matcher).sort()).toEqual(['matchType', 'name', 'value']);
      }
    }
  });

  it('get every alert, since each says the namespace by which the operator tells them apart', () => {
    const rules = tree
      .kind('PrometheusRule')
      .flatMap(({ spec: { groups } }) => groups.flatMap((group: Manifest) => group.rules));
    const alerts = rules.filter(({ alert }: Manifest) => alert !== undefined);
    expect(alerts.length).toBeGreaterThan(10);
    expect(new Set(alerts.map(({ labels }: Manifest) => labels.namespace))).toEqual(new Set([service]));
    expect(rules.filter(({ record, labels }: Manifest) => record && labels.namespace)).toEqual([]);
  });

  it('are the rules that promtool tests, but for that label', () => {
    const { groups } = tree.object('PrometheusRule', service).spec;
    const tested = parse(tree.files.get('observability/rules.yaml') ?? '').groups;
    const without = ({ expr, labels: { namespace, ...labels }, ...rule }: Manifest) => ({
      ...rule,
      labels,
      expr: expr.replaceAll(new RegExp(`,?namespace="${service}"`, 'g'), '').replaceAll('{}', ''),
    });
    const plainly = groups.map((group: Manifest) => ({ ...group, rules: group.rules.map(without) }));
    expect(plainly).toEqual(tested);
  });

  it('count what comes from their own namespace, whoever else shares the Prometheus', () => {
    const expressions = tree
      .kind('PrometheusRule')
      .flatMap(({ spec: { groups } }) => groups.flatMap((group: Manifest) => group.rules))
      .map(({ expr }: Manifest) => expr);
    const counted = expressions.flatMap((expr) => expr.match(/headroom_\w+(\{[^}]*\})?/g) ?? []);
    expect(counted.length).toBeGreaterThan(20);
    for (const selector of counted) expect(selector).toContain(`namespace="${service}"`);
  });
});

describe('what Prometheus and Alertmanager have to take', () => {
  const readme = tree.files.get('README.md') ?? '';
  const yaml = /```yaml\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const asked = parse(yaml);
  const selectors: Readonly<Record<string, string>> = {
    ...{ ServiceMonitor: 'serviceMonitor', PodMonitor: 'podMonitor' },
    ...{ PrometheusRule: 'rule', AlertmanagerConfig: 'alertmanagerConfig' },
  };

  it.each(Object.entries(selectors))('is asked for in the README by labels that each %s has', (kind, key) => {
    const found = tree.kind(kind);
    expect(found.length).toBeGreaterThan(0);
    for (const { metadata: own } of found) {
      expect(own.labels).toMatchObject(asked[`${key}Selector`].matchLabels);
      expect(asked[`${key}NamespaceSelector`].matchLabels).toEqual({
        'kubernetes.io/metadata.name': own.namespace,
      });
    }
  });

  it('is all that the README asks for, besides operators that see this namespace', () => {
    expect(Object.keys(asked)).toHaveLength(2 * Object.keys(selectors).length);
    expect(readme).toMatch(/\| cass-operator, .* installed for the whole cluster/);
  });
});

describe('what Prometheus reads', () => {
  const made: Readonly<Record<string, string>> = {
    ...{ 'identity-db': 'cnpg.io/cluster', dc1: 'cassandra.datastax.com/datacenter' },
  };
  const makers = ['Deployment', 'StatefulSet', 'Cluster', 'CassandraDatacenter'].flatMap((kind) =>
    tree.kind(kind),
  );
  const selectorOf = ({ metadata: { name } }: Manifest) => ({
    [made[name] ?? 'app.kubernetes.io/instance']: name,
  });
  const ofServices = tree.kind('ServiceMonitor').map(({ spec: { selector } }) => {
    const service = tree
      .kind('Service')
      .find(
        ({ metadata: { labels } }) =>
          labels['app.kubernetes.io/instance'] === Object.values(selector.matchLabels)[0],
      );
    return service?.spec.selector;
  });
  const ofPods = tree.kind('PodMonitor').map(({ spec: { selector } }) => selector.matchLabels);
  const monitored = [...ofServices, ...ofPods].map((each) => JSON.stringify(each));
  const names = (all: readonly Manifest[]) => all.map(({ metadata: { name } }) => name).sort();
  const isMonitored = (maker: Manifest) => monitored.includes(JSON.stringify(selectorOf(maker)));

  it('is every tier but those whose engine has no figures of that form, and the README says so', () => {
    const without = names(makers.filter((maker) => !isMonitored(maker)));
    expect(without).toEqual(['identity-data', 'queue']);
    const readme = tree.files.get('README.md') ?? '';
    for (const name of without) expect(readme).toMatch(new RegExp(`has none for [^.]*\`${name}\``));
    const known = metrics.metrics.map(({ name }) => name);
    const named = readme.match(/headroom_(?:queue|identity)_\w+/g) ?? [];
    expect(named.length).toBeGreaterThan(3);
    expect(known).toEqual(expect.arrayContaining(named));
  });

  it('is let in by a policy of each', () => {
    const open = tree
      .kind('NetworkPolicy')
      .filter(({ metadata: { name } }) => name.endsWith('-from-prometheus'))
      .map(({ spec: { podSelector } }) => JSON.stringify(podSelector.matchLabels));
    expect(open.sort()).toEqual(monitored.toSorted());
  });
});
