import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import schema from '../../schemas/service-config.json' with { type: 'json' };
import { consumerName, streamOf } from '../../service/queue/nats-names.ts';
import { checkConfig } from '../../service/shared/config.ts';
import { parseCassandraUrl, schemaOf } from '../../service/usage/cassandra-schema.ts';
import { edges } from '../../src/emit/topology.ts';
import { exampleSpec } from '../../src/spec/example.ts';
import type { Spec } from '../../src/spec/types.ts';
import { kubernetesTree, type Manifest, quantityOf, type Tree } from './kubernetes-tree.ts';

/** Rendering everything once more takes a while on a busy machine. */
const render = { timeout: 60_000 };

const tree = kubernetesTree();
const { input } = tree;
const value = (name: string) => quantityOf(input, name);

function configsOf({ kind }: Tree): [string, Manifest][] {
  return kind('ConfigMap').flatMap(({ data }) =>
    Object.entries(data as Record<string, string>)
      .filter(([name, text]) => name.endsWith('.json') && text.includes('service-config'))
      .map(([name, text]): [string, Manifest] => [name, JSON.parse(text)]),
  );
}

/** Paths of a config with the quantity that the schema wants there. */
function wanted(node: Manifest, path: readonly string[] = []): [readonly string[], string][] {
  const own = node?.$ref ? (schema.$defs as Manifest)[node.$ref.split('/').at(-1)] : node;
  if (own?.['x-quantity']) return [[path, own['x-quantity']]];
  return Object.entries(own?.properties ?? {}).flatMap(([key, inner]) => wanted(inner, [...path, key]));
}

function at(from: Manifest, path: readonly string[]): Manifest {
  return path.reduce((node, key) => node?.[key], from);
}

describe('the role configs', () => {
  const configs = configsOf(tree);

  it('are there for each role, one for all of its pods', () => {
    const roles = ['api', 'billing', 'identity', 'usage', 'worker'];
    expect(configs.map(([name]) => name).sort()).toEqual(roles.map((role) => `${role}.json`));
  });

  it.each(configs)('%s is what the service takes, with the numbers of the plan', (_, config) => {
    expect(() => checkConfig(config)).not.toThrow();
    const role = Object.keys(config).find((key) => !['schema', 'logLevel'].includes(key)) ?? '';
    const asked = wanted((schema.properties as Manifest)[role], [role]).filter(
      ([path]) => at(config, path) !== undefined,
    );
    expect(asked.length).toBeGreaterThan(1);
    for (const [path, quantity] of asked) {
      expect(Number(at(config, path)), path.join('.')).toBeCloseTo(value(quantity), 6);
    }
  });

  it('list all API servers by their pods, and leave it to each of them which one it is', () => {
    const [, config] = configs.find(([name]) => name === 'api.json') ?? [];
    const { metadata, spec } = tree.object('StatefulSet', 'api');
    expect(config.api.peers).toEqual(
      Array.from({ length: spec.replicas }, (_, i) => {
        const node = `${metadata.name}-${i}`;
        return { node, url: `http://${node}.${spec.serviceName}:8081` };
      }),
    );
    for (const key of ['node', 'internalUrl']) expect(config.api).not.toHaveProperty(key);
  });
});

describe('the figure', () => {
  /** Where each tier of the figure runs; the edge cache is inside the API, billing inside the batch job. */
  const pods: Readonly<Record<string, string>> = {
    ...{ loadBalancer: 'load-balancer', api: 'api', identityCache: 'api', identityData: 'identity-data' },
    ...{ identityManagement: 'identity', queue: 'queue', worker: 'worker', usageAggregator: 'usage' },
    ...{ usageStore: 'usage-store', batch: 'billing', billing: 'billing', coldStorage: 'cold-storage' },
  };
  const policies = tree.kind('NetworkPolicy').map(({ metadata }) => metadata.name);
  const distinct = edges
    .map(({ from, to }) => [pods[from] ?? '', pods[to] ?? ''] as const)
    .filter(([from, to]) => from !== to)
    // Workers ask the queue, and the batch job asks cold storage: connections go the other way than the arrow.
    .map(
      ([from, to]) =>
        (from === 'queue' || from === 'cold-storage' ? [to, from] : [from, to]) as [string, string],
    );

  it.each(distinct)('%s may speak to %s', (from, to) => {
    expect(policies).toContain(`${from}-to-${to}`);
    if (to !== 'cold-storage') expect(policies).toContain(`${to}-from-${from}`);
  });

  it('is all that policies allow, beside what is no traffic between two tiers', () => {
    const edgesOf = distinct.flatMap(([from, to]) => [`${from}-to-${to}`, `${to}-from-${from}`]);
    const within =
      /-(nodes|nodes-in|nodes-out)$|^(identity-to-identity-db|identity-db-from-identity)$|usage-schema/;
    const others = /-from-(prometheus|operator|keda|customers)$|^(default-deny|names)$/;
    // Backups belong to the management plane, whose figure has its database inside.
    const known = [...edgesOf, 'identity-db-to-cold-storage'];
    const rest = policies.filter((each) => !within.test(each) && !others.test(each) && !known.includes(each));
    expect(rest).toEqual([]);
  });

  it('claims nothing that the tree does not do: there is no TLS between tiers, and nothing rolls back by itself', () => {
    const all = [...tree.files].filter(([path]) => /\.(yaml|md)$/.test(path));
    for (const [path, text] of all) {
      const rest = text.replace('a service mesh gives mutual TLS', '');
      expect(rest, path).not.toMatch(/mutual TLS|two factors|rolled back when/);
    }
    const updates = tree.object('StatefulSet', 'api').metadata.annotations['headroom.dev/updates'];
    expect(updates).toMatch(/a person is paged and rolls back/);
  });

  it('denies everything else', () => {
    expect(tree.object('NetworkPolicy', 'default-deny').spec).toEqual({
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
    });
  });

  it.each(Object.keys(pods))('answers the six questions for %s, in the tree and in the README', (tier) => {
    const readme = tree.files.get('README.md') ?? '';
    const { answers, title } = input.plan.tiers.find(({ id }) => id === tier) ?? {};
    const section = readme.split('\n### ').find((each) => each.startsWith(`${title}\n`)) ?? '';
    for (const answer of [answers?.scope, answers?.tenancy, answers?.billing, answers?.updates]) {
      expect(section).toContain(answer);
    }
    expect(section).toContain(answers?.guarantees?.durability);
    expect(section).toContain(answers?.identity?.authorization);
    if (tier === 'coldStorage') return;
    const annotated = tree.objects.filter(
      ({ value: each }) => each.metadata?.annotations?.['headroom.dev/updates'] === answers?.updates,
    );
    expect(annotated.length).toBeGreaterThan(0);
    expect(Object.keys(annotated[0]?.value.metadata.annotations)).toEqual(
      expect.arrayContaining(
        ['scope', 'tenancy', 'guarantees', 'identity', 'billing', 'updates'].map(
          (each) => `headroom.dev/${each}`,
        ),
      ),
    );
  });
});

describe('the engines of the tree', () => {
  it('get the schema that the service would make', () => {
    const { url } = configsOf(tree).find(([name]) => name === 'usage.json')?.[1].usage.store ?? {};
    const plain = (text: string) => text.replace(/--.*$/gm, '').replace(/\s+/g, ' ').trim();
    const statements = plain(tree.object('ConfigMap', 'usage-schema').data['schema.cql'])
      .split(';')
      .map((each) => each.trim());
    const usage = configsOf(tree).find(([name]) => name === 'usage.json')?.[1].usage.store;
    expect(statements.filter(Boolean)).toEqual(schemaOf(parseCassandraUrl(url), usage).map(plain));
  });

  it('scale workers on each partition of the queue, and never below the plan', () => {
    const { spec } = tree.object('ScaledObject', 'worker');
    expect(spec.minReplicaCount).toBe(value('worker.machines.count'));
    expect(spec.triggers.map(({ metadata }: Manifest) => [metadata.stream, metadata.consumer])).toEqual(
      Array.from({ length: value('queue.partitions') }, (_, i) => [streamOf(i), consumerName]),
    );
    const workers = tree.object('Deployment', 'worker');
    expect(workers.spec).not.toHaveProperty('replicas');
    const { requests, limits } = workers.spec.template.spec.containers[0].resources;
    expect([requests.cpu, limits.cpu]).toEqual([
      value('worker.machine.cores'),
      value('worker.machine.cores'),
    ]);
  });

  it('let the load balancer know each API server', () => {
    const config: string = tree.object('ConfigMap', 'load-balancer').data['haproxy.cfg'];
    expect(config.match(/^ {2}server api-\d+ /gm)).toHaveLength(value('api.servers.count'));
    expect(tree.object('StatefulSet', 'api').spec.replicas).toBe(value('api.servers.count'));
  });

  it('take no pod away by themselves that has a disk with work of customers on it', () => {
    const scaled = [...tree.kind('HorizontalPodAutoscaler'), ...tree.kind('ScaledObject')].map(
      ({ spec }) => spec.scaleTargetRef.name,
    );
    for (const { metadata } of tree.kind('StatefulSet')) expect(scaled).not.toContain(metadata.name);
  });

  it('replicate each commit of the management plane, and each row over the zones', () => {
    const { spec } = tree.object('Cluster', 'identity-db');
    expect(spec.instances).toBe(value('identityManagement.nodes.count'));
    expect(spec.postgresql.synchronous).toMatchObject({
      ...{ number: 1, dataDurability: 'required', failoverQuorum: true },
    });
    expect(tree.object('CassandraDatacenter', 'dc1').spec.racks).toHaveLength(3);
  });
});

describe('the backups of the management plane', () => {
  const plugin = 'barman-cloud.cloudnative-pg.io';

  it('are those of the plug-in, since the image has no Barman', () => {
    const { spec } = tree.object('Cluster', 'identity-db');
    expect(spec.imageName).toMatch(/:\d+\.\d+-minimal-\w+$/);
    expect(spec).not.toHaveProperty('backup');
    expect(spec.plugins).toEqual([
      { name: plugin, isWALArchiver: true, parameters: { barmanObjectName: 'identity-db' } },
    ]);
    expect(tree.object('ScheduledBackup', 'identity-db').spec).toMatchObject({
      ...{ method: 'plugin', pluginConfiguration: { name: plugin }, cluster: { name: 'identity-db' } },
    });
  });

  it('are kept as long as the plan says, and their process is bounded as every other', () => {
    const { spec } = tree.object('ObjectStore', 'identity-db');
    expect(spec.retentionPolicy).toBe(`${value('identityManagement.backup.retention') / 86_400}d`);
    expect(spec.configuration.destinationPath).toBe('s3://image-resize-backups-main/');
    const { requests, limits } = spec.instanceSidecarConfiguration.resources;
    for (const side of [requests, limits])
      expect(Object.keys(side).sort()).toEqual(['cpu', 'ephemeral-storage', 'memory']);
    expect(limits.memory).toBe(requests.memory);
  });

  it('need a plug-in and certificates that the README asks for, and may leave their pod', () => {
    const readme = tree.files.get('README.md') ?? '';
    expect(readme).toMatch(/\| the Barman Cloud plug-in of CloudNativePG, in the same namespace \| \d/);
    expect(readme).toMatch(/\| cert-manager \| \d/);
    const { podSelector, egress } = tree.object('NetworkPolicy', 'identity-db-to-cold-storage').spec;
    expect(podSelector.matchLabels).toEqual({ 'cnpg.io/cluster': 'identity-db' });
    expect(egress[0].ports.map(({ port }: Manifest) => port)).toEqual([443, 6443]);
  });
});

describe('the kustomizations', () => {
  it.each(['base', 'global'])('of %s name every file beside them', (folder) => {
    const { resources } = parse(tree.files.get(`${folder}/kustomization.yaml`) ?? '');
    const beside = [...tree.files.keys()]
      .filter((path) => path.startsWith(`${folder}/`) && path !== `${folder}/kustomization.yaml`)
      .map((path) => path.slice(folder.length + 1));
    expect([...resources].sort()).toEqual(beside.sort());
  });

  it('has one overlay for each region; only the first has the database, each its own buckets', render, () => {
    const spec = exampleSpec();
    const [region] = spec.regions.value;
    if (!region) throw new Error('no region');
    const regions = { ...spec.regions, value: [region, { name: 'Asia East', zones: ['x', 'y'] }] };
    const { files } = kubernetesTree({ ...spec, regions } as Spec);
    const overlay = (name: string) => parse(files.get(`overlays/${name}/kustomization.yaml`) ?? '');
    expect(overlay('main').resources).toEqual(['../../base', '../../global', 'database-for-others.yaml']);
    expect(overlay('asia-east').resources).toEqual(['../../base', 'database-elsewhere.yaml']);
    expect(files.has('overlays/main/database-elsewhere.yaml')).toBe(false);
    const elsewhere = parseAllDocuments(files.get('overlays/asia-east/database-elsewhere.yaml') ?? '');
    expect(elsewhere.map((document) => document.toJS().metadata.name)).toEqual([
      'identity-db-rw',
      'identity-to-identity-db',
    ]);
    const patches = JSON.stringify(overlay('asia-east').patches);
    expect(patches).toContain('image-resize-records-asia-east');
    expect(patches).toContain('zone-y');
    expect(patches).not.toContain('records-main');
    expect(JSON.stringify(overlay('small').patches)).not.toContain('asia');
  });

  it('is smaller in the small overlay, in configs as in counts', () => {
    const small = tree.files.get('overlays/small/configs.yaml') ?? '';
    expect(small).toContain(`"processes": ${workerCores}`);
    expect(tree.files.get('overlays/small/sizes.yaml')).toContain('replicas: 1');
    expect(tree.files.get('overlays/small/kustomization.yaml')).toContain('$patch: delete');
  });
});

/** Worker cores of the machine that the small overlay is for. */
const workerCores = 2;

describe('a hostile name of the service', () => {
  it('stays within its place in every file', render, () => {
    const spec = { ...exampleSpec(), name: '"}\n  evil: {{worker.deadline}} #\n---\nkind: Secret' };
    const hostile = kubernetesTree(spec);
    expect(hostile.kind('Namespace').map(({ metadata }) => metadata.name)).toEqual([
      'evil-worker-deadline-c08a05b9',
    ]);
    expect(hostile.objects.map(({ value: each }) => each.kind).sort()).toEqual(
      tree.objects.map(({ value: each }) => each.kind).sort(),
    );
    for (const { value: each } of hostile.objects) expect(each).not.toHaveProperty('evil');
  });
});
