import { describe, expect, it } from 'vitest';
import { emittedTree, saidOf } from './tree.ts';

const example = emittedTree('kubernetes');

interface Pods {
  readonly name: string;
  readonly namespace?: string;
  readonly replicas?: number;
  /** The one container, beside its name and image, and what stands beside the containers. */
  readonly container?: object;
  readonly pod?: object;
  readonly kind?: 'Deployment' | 'StatefulSet';
}

const labels = (name: string) => ({ 'app.kubernetes.io/instance': name });

const inSpace = (name: string, namespace?: string) => ({ name, ...(namespace ? { namespace } : {}) });

function pods({ name, namespace, replicas = 1, container, pod, kind = 'Deployment' }: Pods) {
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: inSpace(name, namespace),
    spec: {
      ...(kind === 'StatefulSet' ? { serviceName: name } : {}),
      replicas,
      selector: { matchLabels: labels(name) },
      template: {
        metadata: { labels: labels(name) },
        spec: { containers: [{ name, image: `x/${name}`, ...container }], ...pod },
      },
    },
  };
}

function service(name: string, port: number, namespace?: string) {
  const metadata = inSpace(name, namespace);
  return {
    ...{ apiVersion: 'v1', kind: 'Service', metadata },
    spec: { clusterIP: 'None', selector: labels(name), ports: [{ port }] },
  };
}

function policy(name: string, from: object[], namespace?: string) {
  return {
    ...{
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: inSpace(`${name}-in`, namespace),
    },
    spec: { podSelector: { matchLabels: labels(name) }, policyTypes: ['Ingress'], ingress: [{ from }] },
  };
}

function configMap(name: string, data: object, key = 'data') {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, [key]: data };
}

/** What is said about objects, each in a file of its own, with further files. */
async function said(objects: readonly object[], files: Readonly<Record<string, string>> = {}) {
  const own = objects.map((each, index) => [`${index}.yaml`, JSON.stringify(each, undefined, 1)] as const);
  return saidOf(example, { ...Object.fromEntries(own), ...files });
}

const asks = (host: string) => ({ args: [`--peer=http://${host}:80`] });
const listens = { ports: [{ containerPort: 80 }] };

describe('network policies of one\u2019s own', () => {
  const pair = (theirs: string | undefined, from: object[], at?: string) => [
    pods({ name: 'a', namespace: 'one', container: asks('b') }),
    ...[pods({ name: 'b', ...(theirs ? { namespace: theirs } : {}), container: listens })],
    ...[service('b', 80, theirs), policy('b', from, at)],
  ];
  const denied = expect.stringMatching(
    /^network policies: Deployment a asks b:80 here, and no policy allows/,
  );
  const mine = { podSelector: { matchLabels: labels('a') } };
  const others = { podSelector: { matchLabels: labels('b') } };

  it('hold for the pods of their namespace, and select pods of it', async () => {
    expect(await said(pair('one', [others], 'one'))).toContainEqual(denied);
    expect(await said(pair('one', [others], 'two'))).not.toContainEqual(denied);
    expect(await said(pair('one', [mine], 'one'))).not.toContainEqual(denied);
    expect(await said(pair('two', [mine], 'two'))).toContainEqual(denied);
    expect(await said(pair('two', [{ ...mine, namespaceSelector: {} }], 'two'))).not.toContainEqual(denied);
  });

  it('may mean any pod by a block of addresses', async () => {
    expect(await said(pair('one', [{ ipBlock: { cidr: '10.0.0.0/8' } }], 'one'))).not.toContainEqual(denied);
  });

  it('are not asked for a pod that asks itself, and are for another one of its kind', async () => {
    const self = (host: string, replicas: number) => [
      pods({ ...{ name: 'a', kind: 'StatefulSet', replicas }, container: { ...asks(host), ...listens } }),
      ...[service('a', 80), policy('a', [others])],
    ];
    const refused = expect.stringMatching(/^network policies: StatefulSet a asks/);
    expect(await said(self('a', 3))).not.toContainEqual(refused);
    expect(await said(self('a-0.a', 1))).not.toContainEqual(refused);
    expect(await said(self('a-1.a', 3))).toContainEqual(refused);
  });
});

describe('files that are mounted one by one', () => {
  const reading = (file: string, mounts: object[], volumes: object[]) =>
    pods({ name: 'a', container: { args: [file], volumeMounts: mounts }, pod: { volumes } });
  const config = { name: 'c', configMap: { name: 'c' } };
  const wrong = (file: string) => expect.stringMatching(new RegExp(`^mounted files: ${file} is named here`));

  it('are where they are mounted, under the key that is mounted', async () => {
    const mounts = (key: string) => [{ name: 'c', mountPath: '/etc/a/a.conf', subPath: key }];
    const tree = (key: string, data: object) => [
      reading('/etc/a/a.conf', mounts(key), [config]),
      configMap('c', data),
    ];
    expect(await said(tree('x.conf', { 'x.conf': '' }))).toEqual([]);
    expect(await said(tree('y.conf', { 'x.conf': '' }))).toContainEqual(wrong('/etc/a/a.conf'));
  });

  it('are looked for in the innermost mount, whatever slash ends it, among data of both kinds', async () => {
    const mounts = [
      ...[
        { name: 'd', mountPath: '/etc/a/' },
        { name: 'c', mountPath: '/etc/a/in/' },
      ],
    ];
    const volumes = [config, { name: 'd', configMap: { name: 'd' } }];
    const tree = (data: object) => [
      ...[reading('/etc/a/in/b.conf', mounts, volumes), configMap('d', { 'a.conf': '' })],
      configMap('c', data, 'binaryData'),
    ];
    expect(await said(tree({ 'b.conf': '' }))).toEqual([]);
    expect(await said(tree({ 'a.conf': '' }))).toContainEqual(wrong('/etc/a/in/b.conf'));
  });

  it('may be of the image where nothing is mounted, unless the tree has one of that name', async () => {
    const mounts = [{ name: 'c', mountPath: '/etc/other' }];
    const tree = (data: object) => [reading('/etc/a/a.conf', mounts, [config]), configMap('c', data)];
    expect(await said(tree({ 'b.conf': '' }))).toEqual([]);
    expect(await said(tree({ 'a.conf': '' }))).toContainEqual(wrong('/etc/a/a.conf'));
  });
});

describe('what is optional', () => {
  it('may be missing wherever it is named', async () => {
    const named = (optional: boolean) => {
      const of = { name: 'none', optional };
      const env = [
        { name: 'A', valueFrom: { configMapKeyRef: { ...of, key: 'a' } } },
        { name: 'B', valueFrom: { secretKeyRef: { ...of, key: 'a' } } },
      ];
      const container = { env, envFrom: [{ configMapRef: of }, { secretRef: of }] };
      const volumes = [
        { name: 'c', configMap: of },
        { name: 's', secret: { secretName: 'none', optional } },
      ];
      return said([pods({ name: 'a', container, pod: { volumes } })]);
    };
    expect(await named(true)).toEqual([]);
    const missing = (kind: string) => `references: Deployment a uses ${kind} none, which is not in the tree`;
    expect((await named(false)).sort()).toEqual([
      ...[missing('ConfigMap'), missing('ConfigMap'), missing('ConfigMap')],
      ...[missing('Secret'), missing('Secret'), missing('Secret')],
    ]);
  });
});

describe('a Secret that is to be brought', () => {
  const reading = pods({ name: 'a', pod: { volumes: [{ name: 's', secret: { secretName: 'queue' } }] } });
  const missing = 'references: Deployment a uses Secret queue, which is not in the tree';
  const told = (readme: string) => said([reading], { 'README.md': readme });
  const table = (row: string) => `| secret | who makes it |\n|---|---|\n${row}\n`;

  it('is named as code in a table of secrets, and not just somewhere', async () => {
    expect(await told(table('| `queue` | you |'))).toEqual([]);
    expect(await told('| Secret |\n|---|\n| `queue` |\n')).toEqual([]);
    for (const readme of ['The `queue`.', '| tier |\n|---|\n| `queue` |\n', table('| `queues` | you |')]) {
      expect(await told(readme), readme).toEqual([missing]);
    }
    expect(await told(`${table('| `other` | you |')}\n| tier |\n|---|\n| \`queue\` |\n`)).toEqual([missing]);
  });

  it('is not brought where an operator makes it', async () => {
    expect(await told(table('| `queue` | the operator |'))).toEqual([missing]);
  });
});

describe('the secrets of an operator\u2019s resource', () => {
  const resource = (spec: object) => ({
    ...{ apiVersion: 'postgresql.cnpg.io/v1', kind: 'Cluster', metadata: { name: 'db' } },
    spec: { instances: 1, storage: { size: '1Gi' }, ...spec },
  });
  const missing = 'references: Cluster db names Secret none, which is not in the tree';
  const password = { name: 'none', key: 'password' };

  it.each([
    ['a key of it', { externalClusters: [{ name: 'x', password }] }],
    ['the whole of it', { superuserSecret: { name: 'none' } }],
    ['its name alone', { certificates: { serverTLSSecret: 'none' } }],
    ['one of a list', { imagePullSecrets: [{ name: 'none' }] }],
  ])('are asked for: %s', async (_, spec) => {
    expect(await said([resource(spec)])).toEqual([missing]);
  });

  it('are not confused with its ConfigMaps, and may be its own', async () => {
    const monitoring = { customQueriesConfigMap: [{ name: 'none', key: 'a' }] };
    expect(await said([resource({ monitoring })])).toEqual([]);
    const externalClusters = [{ name: 'x', password: { name: 'db-app', key: 'password' } }];
    expect(await said([resource({ externalClusters })])).toEqual([]);
  });
});

describe('patches of a kustomization of one\u2019s own', () => {
  const patched = (patch: object) =>
    saidOf(example, {
      'a.yaml': JSON.stringify(pods({ name: 'a' })),
      'kustomization.yaml': JSON.stringify({ resources: ['a.yaml'], patches: [patch] }),
    });
  const change = '- { op: replace, path: /spec/replicas, value: 2 }';

  it('may be of several documents, and select by regular expressions as Go has them', async () => {
    const own = (name: string) => `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${name} }\n`;
    expect(await patched({ patch: `${own('a')}---\n${own('a')}` })).toEqual([]);
    expect(await patched({ patch: change, target: { kind: 'Deployment', name: '(?i)A|b' } })).toEqual([]);
    expect(await patched({ patch: change, target: { kind: 'Deployment', name: '.*' } })).toEqual([]);
    expect(await patched({ patch: own('b') })).toContainEqual(
      expect.stringMatching(/^references: the kustomization names Deployment b/),
    );
  });

  it('are named where they cannot be read', async () => {
    expect(await patched({ patch: 'kind: {' })).toContainEqual(
      expect.stringMatching(/^references: the kustomization has a patch that is no YAML/),
    );
    expect(await patched({ patch: change, target: { name: '*' } })).toEqual([
      'references: the kustomization has a target *, which is no regular expression',
    ]);
  });
});
