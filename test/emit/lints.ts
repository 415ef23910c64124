import { type Manifest, templateOf, workloadKinds } from './kubernetes-tree.ts';

type Objects = readonly Manifest[];

/** What a check of kube-linter asks for: who does not have it, and how to make somebody offend. */
export interface Lint {
  readonly offenders: (objects: Objects) => Manifest[];
  readonly plant: (objects: Manifest[]) => unknown;
}

const ofKind = (objects: Objects, ...kinds: readonly string[]) =>
  objects.filter(({ kind }) => kinds.includes(kind));
const workloadsOf = (objects: Objects) => ofKind(objects, ...workloadKinds);
const serversOf = (objects: Objects) => ofKind(objects, 'Deployment', 'StatefulSet', 'DaemonSet');
const podOf = (workload: Manifest): Manifest => templateOf(workload).spec;
const containersIn = (workload: Manifest): Manifest[] => [
  ...podOf(workload).containers,
  ...(podOf(workload).initContainers ?? []),
];
const first = (objects: Objects) => workloadsOf(objects)[0];
const firstPod = (objects: Objects) => podOf(first(objects));
const firstContainer = (objects: Objects) => firstPod(objects).containers[0];
const add = (objects: Manifest[], kind: string, rest: object = {}) =>
  objects.push({ kind, metadata: { name: 'planted', namespace: 'image-resize' }, ...rest });

/** Wrong containers of workloads. */
const container = (isWrong: (each: Manifest, workload: Manifest) => boolean, marred: object): Lint => ({
  offenders: (objects) =>
    workloadsOf(objects).filter((each) => containersIn(each).some((one) => isWrong(one, each))),
  plant: (objects) => Object.assign(firstContainer(objects), marred),
});
const context = (isWrong: (each: Manifest) => boolean, marred: object): Lint => ({
  ...container(({ securityContext = {} }) => isWrong(securityContext), {}),
  plant: (objects) => Object.assign(firstContainer(objects).securityContext, marred),
});
const pod = (isWrong: (each: Manifest) => boolean, marred: object): Lint => ({
  offenders: (objects) => workloadsOf(objects).filter((each) => isWrong(podOf(each))),
  plant: (objects) => Object.assign(firstPod(objects), marred),
});
const object = (kind: string, isWrong: (each: Manifest) => boolean, marred: object): Lint => ({
  offenders: (objects) => ofKind(objects, kind).filter((each) => isWrong(each)),
  plant: (objects) => Object.assign(ofKind(objects, kind)[0].spec, marred),
});
const absent = (kind: string, rest: object = {}): Lint => ({
  offenders: (objects) => ofKind(objects, kind),
  plant: (objects) => add(objects, kind, rest),
});

const includes = (labels: Manifest, wanted: Manifest = {}) =>
  Object.entries(wanted).every(([key, value]) => labels?.[key] === value);
const hasPod = (objects: Objects, wanted: Manifest) =>
  workloadsOf(objects).some((each) => includes(templateOf(each).metadata.labels, wanted));
/** Pods that operators make are in no manifest. */
const madeByOperators = (wanted: Manifest) =>
  ['cnpg.io/cluster', 'cassandra.datastax.com/datacenter'].some((key) => key in wanted);
const podsMissing = (objects: Objects, wanted: Manifest = {}) =>
  !madeByOperators(wanted) && !hasPod(objects, wanted);
const volume = (isWrong: (path: string) => boolean, path: string): Lint =>
  pod(({ volumes = [] }) => volumes.some(({ hostPath }: Manifest) => hostPath && isWrong(hostPath.path)), {
    volumes: [{ name: 'planted', hostPath: { path } }],
  });
const probePort = (probe: string): Lint =>
  container(
    ({ ports = [], [probe]: asked }) => {
      const port = asked?.httpGet?.port ?? asked?.tcpSocket?.port;
      return (
        port !== undefined &&
        !ports.some(({ name, containerPort }: Manifest) => [name, containerPort].includes(port))
      );
    },
    { [probe]: { httpGet: { port: 1 } } },
  );
const server = (isWrong: (each: Manifest) => boolean, plant: (each: Manifest) => unknown): Lint => ({
  offenders: (objects) => serversOf(objects).filter((each) => isWrong(each)),
  plant: (objects) => plant(serversOf(objects)[0]),
});
const probed = (probe: string): Lint =>
  server(
    (each) => podOf(each).containers.some((one: Manifest) => one[probe] === undefined),
    (each) => delete podOf(each).containers[0][probe],
  );
const envOf = ({ env = [] }: Manifest): Manifest[] => env;
const secretName = /secret|password|passwd|token|api.?key|credential/i;
const portName = /^(?=.*[a-z])[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?$/;
const isPort = (port: string | number) =>
  typeof port === 'number' ? port > 0 && port < 65_536 : portName.test(port);

/** By the names of the checks of kube-linter. */
export const lints: Readonly<Record<string, Lint>> = {
  'dangling-service': {
    offenders: (objects) =>
      ofKind(objects, 'Service').filter(({ spec }) => spec.selector && podsMissing(objects, spec.selector)),
    plant: (objects) => Object.assign(ofKind(objects, 'Service')[0].spec.selector, { planted: 'x' }),
  },
  'dangling-horizontalpodautoscaler': {
    offenders: (objects) =>
      ofKind(objects, 'HorizontalPodAutoscaler').filter(
        ({ spec }) =>
          !ofKind(objects, spec.scaleTargetRef.kind).some(
            ({ metadata }) => metadata.name === spec.scaleTargetRef.name,
          ),
      ),
    plant: (objects) =>
      Object.assign(ofKind(objects, 'HorizontalPodAutoscaler')[0].spec.scaleTargetRef, { name: 'x' }),
  },
  'dangling-networkpolicy': {
    offenders: (objects) =>
      ofKind(objects, 'NetworkPolicy').filter(({ spec }) =>
        podsMissing(objects, spec.podSelector.matchLabels),
      ),
    plant: (objects) =>
      add(objects, 'NetworkPolicy', { spec: { podSelector: { matchLabels: { planted: 'x' } } } }),
  },
  'dangling-networkpolicypeer-podselector': {
    offenders: (objects) =>
      ofKind(objects, 'NetworkPolicy').filter(({ spec }) =>
        [...(spec.ingress ?? []), ...(spec.egress ?? [])]
          .flatMap((rule: Manifest) => rule.from ?? rule.to ?? [])
          // Peers of other namespaces are others' pods.
          .some(
            ({ podSelector, namespaceSelector }: Manifest) =>
              podSelector && !namespaceSelector && podsMissing(objects, podSelector.matchLabels),
          ),
      ),
    plant: (objects) => {
      const ingress = [{ from: [{ podSelector: { matchLabels: { planted: 'x' } } }] }];
      add(objects, 'NetworkPolicy', { spec: { podSelector: {}, ingress } });
    },
  },
  'dangling-servicemonitor': {
    offenders: (objects) =>
      ofKind(objects, 'ServiceMonitor').filter(
        ({ spec }) =>
          !ofKind(objects, 'Service').some(({ metadata }) =>
            includes(metadata.labels, spec.selector.matchLabels),
          ),
      ),
    plant: (objects) =>
      Object.assign(ofKind(objects, 'ServiceMonitor')[0].spec.selector.matchLabels, { planted: 'x' }),
  },
  'dangling-ingress': absent('Ingress'),
  'deprecated-service-account-field': pod(({ serviceAccount }) => serviceAccount !== undefined, {
    serviceAccount: 'x',
  }),
  'default-service-account': pod(({ serviceAccountName = 'default' }) => serviceAccountName === 'default', {
    serviceAccountName: 'default',
  }),
  'non-existent-service-account': {
    offenders: (objects) =>
      workloadsOf(objects).filter(
        (each) =>
          !ofKind(objects, 'ServiceAccount').some(
            ({ metadata }) => metadata.name === podOf(each).serviceAccountName,
          ),
      ),
    plant: (objects) => Object.assign(firstPod(objects), { serviceAccountName: 'x' }),
  },
  'docker-sock': volume((path) => path.endsWith('docker.sock'), '/var/run/docker.sock'),
  'sensitive-host-mounts': volume(() => true, '/etc'),
  'writable-host-mount': volume(() => true, '/data'),
  'drop-net-raw-capability': context(
    ({ capabilities }) => !capabilities?.drop.some((one: string) => ['ALL', 'NET_RAW'].includes(one)),
    { capabilities: { drop: ['CHOWN'] } },
  ),
  'privilege-escalation-container': context((each) => each.allowPrivilegeEscalation !== false, {
    allowPrivilegeEscalation: true,
  }),
  'privileged-container': context(({ privileged }) => privileged === true, { privileged: true }),
  'run-as-non-root': context(({ runAsNonRoot, runAsUser }) => !runAsNonRoot || runAsUser === 0, {
    runAsUser: 0,
  }),
  'no-read-only-root-fs': context((each) => each.readOnlyRootFilesystem !== true, {
    readOnlyRootFilesystem: false,
  }),
  'unsafe-proc-mount': context(({ procMount = 'Default' }) => procMount !== 'Default', {
    procMount: 'Unmasked',
  }),
  'scc-deny-privileged-container': absent('SecurityContextConstraints'),
  'unsafe-sysctls': pod(({ securityContext }) => securityContext?.sysctls !== undefined, {
    securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] },
  }),
  'host-ipc': pod(({ hostIPC }) => hostIPC === true, { hostIPC: true }),
  'host-network': pod(({ hostNetwork }) => hostNetwork === true, { hostNetwork: true }),
  'host-pid': pod(({ hostPID }) => hostPID === true, { hostPID: true }),
  'duplicate-env-var': container(
    (each) => new Set(envOf(each).map(({ name }) => name)).size < envOf(each).length,
    { env: [{ name: 'A' }, { name: 'A' }] },
  ),
  'env-var-secret': container(
    (each) => envOf(each).some(({ name, value }) => value && secretName.test(name)),
    { env: [{ name: 'DB_PASSWORD', value: 'x' }] },
  ),
  'read-secret-from-env-var': container(
    (each) => envOf(each).some(({ valueFrom }) => valueFrom?.secretKeyRef),
    { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'x', key: 'y' } } }] },
  ),
  'env-value-from': container(
    (each) => envOf(each).some(({ valueFrom }) => valueFrom?.configMapKeyRef || valueFrom?.secretKeyRef),
    { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'x', key: 'y' } } }] },
  ),
  'latest-tag': container(({ image }) => !/:(?!latest$)[\w.-]+$|@sha256:/.test(image), { image: 'x:latest' }),
  'liveness-port': probePort('livenessProbe'),
  'readiness-port': probePort('readinessProbe'),
  'startup-port': probePort('startupProbe'),
  'no-liveness-probe': probed('livenessProbe'),
  'no-readiness-probe': probed('readinessProbe'),
  'ssh-port': container(
    ({ ports = [] }) => ports.some(({ containerPort }: Manifest) => containerPort === 22),
    {
      ports: [{ containerPort: 22 }],
    },
  ),
  'privileged-ports': container(
    ({ ports = [] }) => ports.some(({ containerPort }: Manifest) => containerPort < 1024),
    { ports: [{ containerPort: 80 }] },
  ),
  'invalid-target-ports': {
    offenders: (objects) => [
      ...ofKind(objects, 'Service').filter(({ spec }) =>
        spec.ports?.some(({ port, targetPort = port }: Manifest) => !isPort(targetPort)),
      ),
      ...workloadsOf(objects).filter((each) =>
        containersIn(each).some(({ ports = [] }) =>
          ports.some(({ name = 'none' }: Manifest) => !portName.test(name)),
        ),
      ),
    ],
    plant: (objects) =>
      Object.assign(ofKind(objects, 'Service')[0].spec.ports[0], { targetPort: 'No_Such-Port' }),
  },
  'unset-cpu-requirements': container(({ resources }) => !resources?.requests?.cpu, { resources: {} }),
  'unset-memory-requirements': container(
    ({ resources }) => !resources?.requests?.memory || !resources.limits?.memory,
    { resources: { requests: { memory: '1Gi' } } },
  ),
  'job-ttl-seconds-after-finished': {
    offenders: (objects) =>
      ofKind(objects, 'Job', 'CronJob').filter(
        ({ kind, spec }) =>
          (kind === 'Job' ? spec : spec.jobTemplate.spec).ttlSecondsAfterFinished === undefined,
      ),
    plant: (objects) => delete ofKind(objects, 'Job')[0].spec.ttlSecondsAfterFinished,
  },
  'mismatching-selector': server(
    (each) => !includes(templateOf(each).metadata.labels, each.spec.selector.matchLabels),
    (each) => Object.assign(each.spec.selector.matchLabels, { planted: 'x' }),
  ),
  'no-anti-affinity': server(
    (each) => podOf(each).affinity?.podAntiAffinity === undefined,
    (each) => delete podOf(each).affinity,
  ),
  'no-rolling-update-strategy': server(
    ({ spec }) => (spec.strategy ?? spec.updateStrategy)?.type !== 'RollingUpdate',
    ({ spec }) => Object.assign(spec.strategy ?? spec.updateStrategy, { type: 'Recreate' }),
  ),
  'hpa-minimum-three-replicas': object('HorizontalPodAutoscaler', ({ spec }) => (spec.minReplicas ?? 1) < 3, {
    minReplicas: 2,
  }),
  'restart-policy': {
    offenders: (objects) =>
      ofKind(objects, 'Deployment', 'StatefulSet', 'Job').filter(
        (each) => !['Always', 'OnFailure'].includes(podOf(each).restartPolicy ?? 'Always'),
      ),
    plant: (objects) => Object.assign(podOf(ofKind(objects, 'Job')[0]), { restartPolicy: 'Never' }),
  },
  'no-extensions-v1beta': {
    offenders: (objects) => objects.filter(({ apiVersion }) => /^extensions\/v1beta/.test(apiVersion)),
    plant: (objects) => add(objects, 'Deployment2', { apiVersion: 'extensions/v1beta1' }),
  },
  'pdb-max-unavailable': object(
    'PodDisruptionBudget',
    ({ spec }) => [0, '0', '0%'].includes(spec.maxUnavailable),
    { maxUnavailable: 0 },
  ),
  'pdb-min-available': object('PodDisruptionBudget', ({ spec }) => spec.minAvailable !== undefined, {
    minAvailable: '100%',
  }),
  'pdb-unhealthy-pod-eviction-policy': object(
    'PodDisruptionBudget',
    ({ spec }) => spec.unhealthyPodEvictionPolicy !== 'AlwaysAllow',
    { unhealthyPodEvictionPolicy: 'IfHealthyBudget' },
  ),
  'non-isolated-pod': {
    offenders: (objects) =>
      workloadsOf(objects).filter(
        (each) =>
          !ofKind(objects, 'NetworkPolicy').some(({ spec }) =>
            includes(templateOf(each).metadata.labels, spec.podSelector.matchLabels),
          ),
      ),
    plant: (objects) => {
      for (const { spec } of ofKind(objects, 'NetworkPolicy')) spec.podSelector = { matchLabels: { x: 'y' } };
    },
  },
  'priority-class-name': pod(({ priorityClassName }) => !priorityClassName, { priorityClassName: '' }),
  'use-namespace': {
    offenders: (objects) =>
      [...workloadsOf(objects), ...ofKind(objects, 'Service', 'ConfigMap', 'Secret')].filter(
        ({ metadata }) => (metadata.namespace ?? 'default') === 'default',
      ),
    plant: (objects) => delete first(objects).metadata.namespace,
  },
  // Nothing asks the API of Kubernetes, so there are no rules for it.
  'wildcard-in-rules': absent('Role', { rules: [{ verbs: ['*'] }] }),
  'access-to-secrets': absent('ClusterRole', { rules: [{ resources: ['secrets'] }] }),
  'access-to-create-pods': absent('ClusterRole', { rules: [{ resources: ['pods'], verbs: ['create'] }] }),
  'cluster-admin-role-binding': absent('ClusterRoleBinding', { roleRef: { name: 'cluster-admin' } }),
};
