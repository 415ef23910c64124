import { describe, expect, it } from 'vitest';
import { kubernetesTree, type Manifest, templateOf, workloadKinds } from './kubernetes-tree.ts';

const tree = kubernetesTree();
const workloads = workloadKinds.flatMap((kind) => tree.kind(kind));
const servers = workloads.filter(({ kind }) => !['Job', 'CronJob'].includes(kind));
const podOf = (workload: Manifest): Manifest => templateOf(workload).spec;
const containersOf = (workload: Manifest): Manifest[] => [
  ...podOf(workload).containers,
  ...(podOf(workload).initContainers ?? []),
];
const named = (each: Manifest): [string, Manifest] => [`${each.kind} ${each.metadata.name}`, each];
const instanceOf = (each: Manifest): string =>
  each.spec.template.metadata.labels['app.kubernetes.io/instance'];

/** What every workload must have whatever it runs; the list that Kubernetes linters ask for. */
describe('every workload of the Kubernetes target', () => {
  it('is there: one for each tier that we run ourselves', () => {
    expect(workloads.map(({ metadata }) => metadata.name).sort()).toEqual([
      ...['api', 'billing', 'identity', 'identity-data', 'load-balancer', 'queue', 'usage'],
      ...[expect.stringMatching(/^usage-schema-/), 'worker'],
    ]);
    expect(tree.kind('CassandraDatacenter')).toHaveLength(1);
    expect(tree.kind('Cluster')).toHaveLength(1);
  });

  it.each(workloads.map(named))('%s has an account of its own without a token', (_, workload) => {
    const pod = podOf(workload);
    const account = tree.object('ServiceAccount', pod.serviceAccountName);
    expect(account.automountServiceAccountToken).toBe(false);
    expect(pod).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false });
  });

  it.each(workloads.map(named))('%s runs as nobody, on a root that it cannot write', (_, workload) => {
    const nobody = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };
    const pod = podOf(workload);
    expect(pod.securityContext).toMatchObject(nobody);
    for (const { securityContext: context } of containersOf(workload)) {
      expect(context).toMatchObject({
        ...nobody,
        allowPrivilegeEscalation: false,
        privileged: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(Math.min(context.runAsUser, context.runAsGroup, pod.securityContext.fsGroup)).toBeGreaterThan(
        9_999,
      );
    }
    for (const key of ['hostNetwork', 'hostPID', 'hostIPC']) expect(pod).not.toHaveProperty(key);
  });

  it.each(workloads.map(named))('%s has bounded CPU, memory and disk', (_, workload) => {
    for (const { resources } of containersOf(workload)) {
      for (const side of [resources.requests, resources.limits]) {
        expect(Object.keys(side).sort()).toEqual(['cpu', 'ephemeral-storage', 'memory']);
      }
      expect(resources.limits.memory).toBe(resources.requests.memory);
    }
    for (const { emptyDir } of podOf(workload).volumes) if (emptyDir) expect(emptyDir.sizeLimit).toBeTruthy();
  });

  it.each(workloads.map(named))('%s has a pinned image that is always asked for', (_, workload) => {
    for (const { image, imagePullPolicy } of containersOf(workload)) {
      expect(image).toMatch(/:\d+\.\d+\.\d+[\w.-]*$/);
      expect(imagePullPolicy).toBe('Always');
    }
  });

  it.each(workloads.map(named))(
    '%s has secrets as files for its group alone, never in the environment',
    (_, workload) => {
      for (const { secret } of podOf(workload).volumes) if (secret) expect(secret.defaultMode).toBe(0o440);
      expect(JSON.stringify(workload)).not.toContain('secretKeyRef');
    },
  );

  it.each(workloads.map(named))(
    '%s is in the namespace, labelled, and has a priority of its kind',
    (_, workload) => {
      const { metadata } = workload;
      expect(metadata.namespace).toBe('image-resize');
      expect(metadata.labels).toMatchObject({
        'app.kubernetes.io/name': expect.any(String),
        'app.kubernetes.io/instance': expect.any(String),
        'app.kubernetes.io/part-of': 'image-resize',
      });
      tree.object('PriorityClass', podOf(workload).priorityClassName);
      expect(podOf(workload).terminationGracePeriodSeconds).toBeGreaterThan(0);
    },
  );

  it.each(servers.map(named))(
    '%s is probed, for life and for readiness by different questions',
    (_, workload) => {
      for (const { startupProbe, readinessProbe, livenessProbe } of containersOf(workload)) {
        expect(startupProbe).toBeDefined();
        const asked = ({ httpGet, exec, tcpSocket }: Manifest) => ({ httpGet, exec, tcpSocket });
        expect(asked(readinessProbe)).not.toEqual(asked(livenessProbe));
      }
    },
  );

  it.each(servers.map(named))('%s rolls on a changed config, and its rollout is bounded', (_, workload) => {
    expect(workload.spec.template.metadata.annotations['headroom.dev/config-hash']).toMatch(/^[0-9a-f]{16}$/);
    expect(workload.spec.minReadySeconds).toBeGreaterThan(0);
    if (workload.kind === 'Deployment') expect(workload.spec.progressDeadlineSeconds).toBeGreaterThan(0);
  });

  it.each(servers.map(named))(
    '%s is spread over zones and machines, and is never disrupted twice at once',
    (_, workload) => {
      const pod = podOf(workload);
      const keys = pod.topologySpreadConstraints.map(({ topologyKey }: Manifest) => topologyKey);
      expect(keys).toEqual(['topology.kubernetes.io/zone', 'kubernetes.io/hostname']);
      expect(pod.affinity.podAntiAffinity).toBeDefined();
      const budget = tree.object('PodDisruptionBudget', workload.metadata.name).spec;
      expect(budget).toMatchObject({
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
        maxUnavailable: expect.anything(),
      });
      expect(budget).not.toHaveProperty('minAvailable');
      expect(budget.selector.matchLabels).toEqual({ 'app.kubernetes.io/instance': instanceOf(workload) });
    },
  );

  const jobs = [...tree.kind('Job'), ...tree.kind('CronJob')].map(named);

  it.each(jobs)('%s bounds its tries, their time, and how long they stay', (_, job) => {
    expect(job.kind === 'Job' ? job.spec : job.spec.jobTemplate.spec).toMatchObject({
      backoffLimit: expect.any(Number),
      activeDeadlineSeconds: expect.any(Number),
      ttlSecondsAfterFinished: expect.any(Number),
    });
  });

  it('bills once at a time, lets a try end by itself, and has time for each of them', () => {
    const { spec } = tree.object('CronJob', 'billing');
    expect(spec).toMatchObject({ concurrencyPolicy: 'Forbid', schedule: '0 */1 * * *' });
    const job = spec.jobTemplate.spec;
    const pod = job.template.spec;
    const { deadline } = JSON.parse(tree.object('ConfigMap', 'billing').data['billing.json']).billing;
    expect(pod.activeDeadlineSeconds).toBeGreaterThanOrEqual(deadline + pod.terminationGracePeriodSeconds);
    expect(job.activeDeadlineSeconds).toBe((job.backoffLimit + 1) * pod.activeDeadlineSeconds);
    expect(spec.startingDeadlineSeconds).toBeGreaterThan(10);
    expect(pod.restartPolicy).toBe('Never');
    expect(pod.containers[0].args).toContain('--once');
  });

  it('keeps the disks of runs that have ended no longer than until the end of the next one', () => {
    const { spec } = tree.object('CronJob', 'billing');
    const volumes = spec.jobTemplate.spec.template.spec.volumes;
    expect(volumes.filter((volume: Manifest) => volume.ephemeral)).toHaveLength(1);
    expect(spec).toMatchObject({ successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 1 });
    expect(spec.jobTemplate.spec.ttlSecondsAfterFinished).toBeLessThanOrEqual(3600);
  });

  it('tells of billing when no run has succeeded for longer than a look and two tries, and when nobody knows', () => {
    const [late, unseen] = tree.object('PrometheusRule', 'billing').spec.groups[0].rules;
    const { spec } = tree.object('CronJob', 'billing');
    const limit = 3600 + 2 * spec.jobTemplate.spec.template.spec.activeDeadlineSeconds;
    expect(late.expr).toMatch(new RegExp(`> ${limit}$`));
    expect(unseen.for).toBe(`${limit}s`);
  });

  it('emits no secret', () => {
    expect(tree.kind('Secret')).toEqual([]);
  });

  it('lists each secret that is asked for in the README', () => {
    const asked = workloads.flatMap((workload) =>
      podOf(workload).volumes.flatMap(({ secret }: Manifest) => (secret ? [secret.secretName] : [])),
    );
    const readme = tree.files.get('README.md') ?? '';
    expect(new Set(asked).size).toBe(5);
    for (const name of new Set(asked)) expect(readme).toContain(`| \`${name}\` |`);
  });
});
