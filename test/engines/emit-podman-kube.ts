import { stringify } from 'yaml';
import type { Manifest } from '../emit/kubernetes-tree.ts';

/** One pod of a workload, as `podman play kube` takes it. */
export interface PlayedPod {
  readonly name: string;
  /** Its one container, as emitted. */
  readonly container: Manifest;
  /** Seconds that it may take to stop. */
  readonly grace: number;
  /** What podman makes for it: a volume for each claim and each ConfigMap. */
  readonly volumes: readonly string[];
  /** The pod, with the ConfigMaps and claims that it mounts, as YAML. */
  readonly manifest: string;
  /** The names under which Services would make it known. */
  readonly names: readonly string[];
}

/** Where names lead that no pod of the network has: what Kubernetes has outside of it. */
export type Outside = Readonly<Record<string, string>>;

/**
 * The pods of a workload of the built overlay, with what podman 4.3 needs to run them without a cluster. All else is as
 * it was emitted.
 *
 * - A controller makes pods from a template; podman knows no StatefulSet, and one pod of a Deployment only. So the
 *   template becomes a Pod for each replica, named as the controller would name it.
 * - A claim template becomes a claim of each pod, as the StatefulSet would make it, and so does an emptyDir, which
 *   podman would share among all pods that call theirs the same. It knows no fsGroup: a claim says who owns it in
 *   podman's own annotations.
 * - podman mounts a secret without decoding it, knows no items of it, and crashes where `optional` is not said: each pod
 *   gets it as a ConfigMap of its own, its keys named as the items say.
 * - No registry can be asked for the images, so they are not pulled.
 * - podman would publish every port of a container on the host, where two pods want the same one: none is listed. In
 *   Kubernetes the list opens nothing either.
 * - podman does not put variables into arguments: $(POD_NAME) is the name of the pod.
 * - What is outside gets its address by hostAliases, since there is no cluster DNS with ExternalNames.
 */
export function podsOf(objects: readonly Manifest[], workload: string, outside: Outside = {}): PlayedPod[] {
  const found = objects.find(
    ({ kind, metadata }) => ['Deployment', 'StatefulSet'].includes(kind) && metadata.name === workload,
  );
  if (!found) throw new Error(`the overlay has no workload ${workload}`);
  return Array.from({ length: found.spec.replicas }, (_, ordinal) => {
    const name = `${workload}-${ordinal}`;
    const pod = podOf(found, name, outside);
    const parts = [
      ...configMapsOf(objects, pod),
      ...secretsOf(objects, found, name),
      ...claimsOf(found, name),
      pod,
    ];
    return {
      name,
      container: found.spec.template.spec.containers[0],
      volumes: parts.filter(({ kind }) => kind !== 'Pod').map(({ metadata }) => metadata.name),
      grace: pod.spec.terminationGracePeriodSeconds,
      manifest: parts.map((part) => stringify(part)).join('---\n'),
      names: servedNames(objects, found, name),
    };
  });
}

function podOf(workload: Manifest, name: string, outside: Outside): Manifest {
  const { metadata, spec } = workload.spec.template;
  const claimed = storagesOf(workload).map((volume) => ({
    name: volume,
    persistentVolumeClaim: { claimName: `${volume}-${name}` },
  }));
  const kept = spec.volumes
    .filter((volume: Manifest) => volume.emptyDir === undefined)
    .map((volume: Manifest) =>
      volume.secret ? { name: volume.name, configMap: { name: `${volume.name}-${name}` } } : volume,
    );
  const hostAliases = Object.entries(outside).map(([hostname, ip]) => ({ ip, hostnames: [hostname] }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, name },
    spec: {
      ...spec,
      ...(hostAliases.length > 0 ? { hostAliases } : {}),
      containers: spec.containers.map((each: Manifest) => ({
        ...each,
        args: each.args.map((argument: string) => argument.replaceAll('$(POD_NAME)', name)),
        imagePullPolicy: 'Never',
        ports: [],
      })),
      volumes: [...kept, ...claimed],
    },
  };
}

/** The volumes that a pod writes to. */
function storagesOf({ spec }: Manifest): string[] {
  return [
    ...spec.template.spec.volumes
      .filter((volume: Manifest) => volume.emptyDir)
      .map(({ name }: Manifest) => name),
    ...(spec.volumeClaimTemplates ?? []).map(({ metadata }: Manifest) => metadata.name),
  ];
}

function secretsOf(objects: readonly Manifest[], workload: Manifest, name: string): Manifest[] {
  const volumes = workload.spec.template.spec.volumes.filter((volume: Manifest) => volume.secret);
  return volumes.map(({ name: volume, secret: { secretName, items } }: Manifest) => {
    const found = objects.find(({ kind, metadata }) => kind === 'Secret' && metadata.name === secretName);
    if (!found) throw new Error(`${name} mounts the secret ${secretName}, which is not there`);
    const renamed = items?.map(({ key, path }: Manifest) => [path, found.stringData[key]]);
    const data = renamed ? Object.fromEntries(renamed) : found.stringData;
    return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `${volume}-${name}` }, data };
  });
}

function configMapsOf(objects: readonly Manifest[], pod: Manifest): Manifest[] {
  const wanted = pod.spec.volumes.flatMap((volume: Manifest) => volume.configMap?.name ?? []);
  return objects.filter(({ kind, metadata }) => kind === 'ConfigMap' && wanted.includes(metadata.name));
}

function claimsOf(workload: Manifest, name: string): Manifest[] {
  const { runAsUser, fsGroup } = workload.spec.template.spec.securityContext;
  return storagesOf(workload).map((volume) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name: `${volume}-${name}`,
      annotations: { 'volume.podman.io/uid': `${runAsUser}`, 'volume.podman.io/gid': `${fsGroup}` },
    },
    // podman gives no volume a size.
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  }));
}

/** A Service without an address of its own also makes each pod known by its name. */
function servedNames(objects: readonly Manifest[], workload: Manifest, pod: string): string[] {
  const { labels } = workload.spec.template.metadata;
  const services = objects.filter(
    ({ kind, spec }) =>
      kind === 'Service' && Object.entries(spec.selector).every(([key, value]) => labels[key] === value),
  );
  return services.flatMap(({ metadata: { name, namespace } }) => {
    const own = workload.spec.serviceName === name ? [name, `${pod}.${name}`] : [name];
    return own.flatMap((each) => [each, `${each}.${namespace}.svc.cluster.local`]);
  });
}
