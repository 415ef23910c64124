import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { createRedisStore } from '../../service/identity/redis-store.ts';
import {
  kubernetesTree,
  type Manifest,
  quantityOf,
  templateOf,
  workloadKinds,
} from '../emit/kubernetes-tree.ts';
import { hasEngine, runEngine } from './engine.ts';

const slow = { timeout: 120_000 };
const folder = mkdtempSync(join(tmpdir(), 'headroom-kubernetes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tree = kubernetesTree();
for (const [path, text] of tree.files) write(join('tree', path), text);

function write(path: string, text: string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

function run(command: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1e8 });
  return { status, stdout, output: `${stdout}${stderr}` };
}

/** What `kubectl apply -k` of an overlay would send, in a file. */
function built(overlay: string): string {
  const { status, stdout, output } = run('kustomize', 'build', join(folder, 'tree/overlays', overlay));
  expect(status, output).toBe(0);
  return write(`${overlay}.yaml`, stdout);
}

function objectsIn(file: string): Manifest[] {
  return parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS());
}

const configOf = (name: string, file: string): string => tree.object('ConfigMap', name).data[file];

describe.skipIf(!hasEngine('kustomize'))('kustomize', slow, () => {
  it('puts the region together: every object once, its image by its name', () => {
    const objects = objectsIn(built('main'));
    expect(objects).toHaveLength(tree.objects.filter(({ value }) => value.kind !== 'Kustomization').length);
    const queue = objects.find(({ kind, metadata }) => kind === 'StatefulSet' && metadata.name === 'queue');
    expect(queue.spec.template.spec.topologySpreadConstraints[0].minDomains).toBe(3);
    expect(queue.metadata.labels['headroom.dev/region']).toBe('main');
  });

  it('makes the small overlay fit one machine: nothing is spread, nothing scales by itself', () => {
    const objects = objectsIn(built('small'));
    const workloads = objects.filter(({ kind }) => ['Deployment', 'StatefulSet'].includes(kind));
    const job = templateOf(objects.find(({ kind }) => kind === 'CronJob')).spec.containers[0];
    const kinds = objects.map(({ kind }) => kind);
    expect(kinds).not.toContain('HorizontalPodAutoscaler');
    expect(kinds).not.toContain('ScaledObject');
    for (const { metadata, spec } of workloads) {
      expect(spec.replicas, metadata.name).toBeGreaterThan(0);
      expect(spec.template.spec, metadata.name).not.toHaveProperty('affinity');
      expect(spec.template.spec, metadata.name).not.toHaveProperty('topologySpreadConstraints');
    }
    const cassandra = objects.find(({ kind }) => kind === 'CassandraDatacenter').spec;
    expect(cassandra.racks).toHaveLength(1);
    const database = objects.find(({ kind }) => kind === 'Cluster').spec;
    const cpu = (text: string | number) =>
      /m$/.test(`${text}`) ? Number.parseFloat(`${text}`) / 1000 : Number(text);
    const mebi = (text: string) => Number(/^(\d+)Mi$/.exec(text)?.[1]);
    const schema = templateOf(objects.find(({ kind }) => kind === 'Job')).spec.containers[0];
    const requests: [number, Manifest][] = [
      ...workloads.map(({ spec }): [number, Manifest] => [spec.replicas, spec.template.spec.containers[0]]),
      ...[[1, job] as const, [1, schema] as const].map(([n, each]): [number, Manifest] => [n, each]),
      ...[
        [cassandra.size, cassandra],
        [database.instances, database],
      ].map(([n, each]): [number, Manifest] => [n, each]),
    ];
    const sumOf = (amount: (asked: Manifest) => number) =>
      requests.reduce((sum, [n, { resources }]) => sum + n * amount(resources.requests), 0);
    expect(sumOf(({ cpu: cores }) => cpu(cores))).toBeLessThan(0.8 * 4);
    expect(sumOf(({ memory }) => mebi(memory))).toBeLessThan(0.75 * 16 * 1024);
    const [work] = templateOf(objects.find(({ kind }) => kind === 'CronJob')).spec.volumes.filter(
      ({ name }: Manifest) => name === 'work',
    );
    expect(work.ephemeral.volumeClaimTemplate.spec).toEqual({
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1Gi' } },
    });
  });
});

describe.skipIf(!hasEngine('kube-score') || !hasEngine('kustomize'))('kube-score', slow, () => {
  // docs/emit.md has the reason for what is left out: CPU requests equal to limits.
  const optional = [
    'container-seccomp-profile',
    'container-ports-check',
    'container-memory-requests-equal-limits',
    'container-ephemeral-storage-request-equals-limit',
  ].flatMap((name) => ['--enable-optional-test', name]);
  const score = (format: string, file: string) =>
    run('kube-score', 'score', '--output-format', format, ...optional, file);

  /** Exit code 1 is that something is critical: a tool that ended otherwise has not looked. */
  const complaints = (file: string): string[] => {
    const { status, stdout, output } = score('ci', file);
    const lines = stdout.split('\n').filter((line) => /^\[(CRITICAL|WARNING)\]/.test(line));
    expect(status, output).toBe(lines.some((line) => line.startsWith('[CRITICAL]')) ? 1 : 0);
    return lines;
  };

  it.each(['main', 'small'])(
    'looks at every workload, Service, policy and budget of the overlay %s',
    (overlay) => {
      const file = built(overlay);
      const kinds = [...workloadKinds, 'Service', 'NetworkPolicy', 'PodDisruptionBudget'];
      const nameOf = ({ kind, metadata }: Manifest) => `${kind} ${metadata.name}`;
      const wanted = objectsIn(file).filter(({ kind }) => kinds.includes(kind));
      const { stdout, output } = score('json', file);
      const seen = JSON.parse(stdout).map(({ type_meta, object_meta }: Manifest) =>
        nameOf({ kind: type_meta.kind, metadata: object_meta }),
      );
      expect(wanted.length).toBeGreaterThan(30);
      expect(seen, output).toEqual(expect.arrayContaining(wanted.map(nameOf)));
    },
  );

  it('has nothing to say about a region, with its optional tests', () => {
    expect(complaints(built('main'))).toEqual([]);
  });

  it('says of the small overlay only that it does not survive its machine', () => {
    for (const line of complaints(built('small'))) {
      expect(line).toMatch(/does not have a host podAntiAffinity|few replicas|topology/i);
    }
  });

  it('sees what is taken away', () => {
    const text = readFileSync(built('main'), 'utf8').replaceAll(
      'readOnlyRootFilesystem: true',
      'readOnlyRootFilesystem: false',
    );
    expect(complaints(write('writable.yaml', text)).length).toBeGreaterThan(0);
  });
});

describe.skipIf(!hasEngine('kubeconform') || !hasEngine('kustomize'))('kubeconform', slow, () => {
  const schemas = fileURLToPath(new URL('../../schemas/kubernetes', import.meta.url));
  for (const name of readdirSync(schemas)) {
    const { kinds, definitions, ...rest } = JSON.parse(readFileSync(join(schemas, name), 'utf8'));
    for (const [id, schema] of Object.entries<object>(kinds ?? {})) {
      const [, group, version = '', kind = ''] = /^(?:(.*)\/)?(.*)\/(.*)$/.exec(id) ?? [];
      // As kubeconform looks for it: the group up to its first dot.
      const parts = [kind.toLowerCase(), ...(group ? [group.split('.')[0]] : []), version];
      const file = `schemas/${parts.join('-')}.json`;
      write(file, JSON.stringify({ ...rest, ...schema, ...(definitions ? { definitions } : {}) }));
    }
  }
  const conform = (file: string) =>
    run(
      ...(['kubeconform', '-strict', '-summary', '-schema-location'] as [string, ...string[]]),
      join(folder, 'schemas/{{.ResourceKind}}{{.KindSuffix}}.json'),
      file,
    );

  it.each(['main', 'small'])('knows every field of the overlay %s', (overlay) => {
    const { status, output } = conform(built(overlay));
    expect(status, output).toBe(0);
    expect(output).toMatch(/Valid: \d{2,}, Invalid: 0, Errors: 0, Skipped: 0/);
  });

  it('does not know a field that is misspelt', () => {
    const text = readFileSync(built('main'), 'utf8').replaceAll(
      'terminationGracePeriodSeconds',
      'terminationGraceSeconds',
    );
    const { status, output } = conform(write('misspelt.yaml', text));
    expect(status).not.toBe(0);
    expect(output).toContain('terminationGraceSeconds');
  });
});

describe.skipIf(!hasEngine('haproxy'))('HAProxy', slow, () => {
  it('takes its config without a warning', () => {
    const name = ['-subj', '/CN=image-resize', '-days', '1', '-keyout', join(folder, 'site.pem.key')];
    const made = run(
      'openssl',
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      ...name,
      '-out',
      join(folder, 'site.pem'),
    );
    expect(made.status, made.output).toBe(0);
    const file = write('haproxy.cfg', configOf('load-balancer', 'haproxy.cfg'));
    const env = { ...process.env, TLS_CERTIFICATE: join(folder, 'site.pem') };
    const { status, stderr } = spawnSync('haproxy', ['-c', '-f', file], { encoding: 'utf8', env });
    expect(status, stderr).toBe(0);
    expect(stderr).not.toMatch(/WARNING|ALERT/);
  });
});

describe.skipIf(!hasEngine('nats-server'))('NATS', slow, () => {
  it('takes its config', () => {
    const { status, output } = runEngine('nats-server', { 'nats.conf': configOf('queue', 'nats.conf') }, [
      '-t',
      '-c',
      'nats.conf',
    ]);
    expect(status, output).toBe(0);
  });
});

describe.skipIf(!hasEngine('redis-server'))('Redis', slow, () => {
  it('serves the service with its config, refuses to evict, and lets the probe do nothing but ask', async () => {
    const port = await freePort();
    const users = write('users.acl', 'user default on >secret ~* +@all\nuser probe on nopass -@all +ping\n');
    const config = configOf('identity-data', 'redis.conf')
      .replace('/etc/redis-users/users.acl', users)
      .replace(/^port .*/m, `port ${port}`)
      .replace(/^bind .*/m, 'bind 127.0.0.1');
    const redis = spawn('redis-server', [write('redis.conf', config), '--dir', folder], { stdio: 'ignore' });
    const cli = (...args: readonly string[]) =>
      run('redis-cli', '-p', String(port), '--no-auth-warning', ...args);
    const probe: string[] = tree.object('StatefulSet', 'identity-data').spec.template.spec.containers[0]
      .readinessProbe.exec.command;
    try {
      await expect.poll(() => cli(...probe.slice(1)).stdout, { timeout: 20_000 }).toBe('PONG\n');
      expect(cli('--user', 'probe', '--pass', 'none', 'get', 'x').output).toContain('NOPERM');
      const limit = cli('-a', 'secret', 'config', 'get', 'maxmemory').stdout.split('\n')[1];
      expect(Number(limit)).toBe(quantityOf(tree.input, 'identityData.memory.store'));
      expect(cli('-a', 'secret', 'config', 'get', 'maxmemory-policy').stdout).toContain('noeviction');
      const store = createRedisStore({ url: `redis://127.0.0.1:${port}`, timeout: 2, password: 'secret' });
      await expect
        .poll(
          () =>
            store
              .generation()
              .then((of) => store.setPosition(1, Date.now(), of))
              .then(() => 'written', String),
          { timeout: 20_000 },
        )
        .toBe('written');
      await expect(store.find('nobody')).resolves.toMatchObject({
        identity: undefined,
        position: { version: 1 },
      });
      await store.close();
    } finally {
      const ended = new Promise((resolve) => redis.once('exit', resolve));
      redis.kill('SIGKILL');
      await ended;
    }
  });
});

describe.skipIf(!hasEngine('promtool'))('Prometheus', slow, () => {
  it('fires when billing is late or was never seen, and not before', () => {
    const { spec } = tree.object('PrometheusRule', 'billing');
    const late = quantityOf(tree.input, 'batch.late');
    const succeeded = 'kube_cronjob_status_last_successful_time{namespace="image-resize", cronjob="billing"}';
    const minutes = Math.ceil(late / 60);
    const alerts = (after: number, ...names: readonly string[]) =>
      ['BillingLate', 'BillingUnseen'].map((alertname) => ({
        eval_time: `${after}m`,
        alertname,
        exp_alerts: names.includes(alertname)
          ? [{ exp_labels: expectedLabels(spec, alertname), exp_annotations: annotationsOf(spec, alertname) }]
          : [],
      }));
    const test = {
      rule_files: ['billing.yaml'],
      evaluation_interval: '1m',
      tests: [
        // The last run succeeded at 0, as promtool counts time.
        {
          interval: '1m',
          input_series: [{ series: succeeded, values: `0x${2 * minutes}` }],
          alert_rule_test: [...alerts(minutes - 1), ...alerts(minutes + 1, 'BillingLate')],
        },
        {
          interval: '1m',
          input_series: [],
          alert_rule_test: [...alerts(minutes - 1), ...alerts(minutes + 1, 'BillingUnseen')],
        },
      ],
    };
    const files = { 'billing.yaml': JSON.stringify(spec), 'test.json': JSON.stringify(test) };
    const { status, output } = runEngine('promtool', files, ['test', 'rules', 'test.json']);
    expect(status, output).toBe(0);
    expect(
      runEngine('promtool', files, ['check', 'rules', '--lint=all', '--lint-fatal', 'billing.yaml']).status,
    ).toBe(0);
  });
});

const ruleOf = (spec: Manifest, name: string): Manifest =>
  spec.groups[0].rules.find(({ alert }: Manifest) => alert === name);
const annotationsOf = (spec: Manifest, name: string): Manifest => ruleOf(spec, name).annotations;
/** Those of the rule, and what `absent` takes from its selector. */
const expectedLabels = (spec: Manifest, name: string): Manifest => ({
  ...(name === 'BillingUnseen' ? { namespace: 'image-resize', cronjob: 'billing' } : {}),
  ...ruleOf(spec, name).labels,
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
