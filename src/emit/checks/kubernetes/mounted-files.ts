import { posix } from 'node:path';
import type { Check, Fault } from '../../checks.ts';
import { isObject, type Path } from '../../schema/json-schema.ts';
import { type RoleConfig, roleConfigsOf } from '../configs.ts';
import { faultAt, resultOf } from '../fault-list.ts';
import { at, listAt, mapAt, textAt } from '../values.ts';
import { type Cluster, clustersOf, find } from './cluster.ts';
import type { Workload } from './objects.ts';
import { mountedBy } from './stops.ts';

const name = 'mounted files';

/** Files that arguments and configs name are where volumes are mounted, and are keys of the ConfigMap there. */
export const mountedFilesCheck: Check = async (files, { target }) => {
  const roles = roleConfigsOf(files, target);
  const faults = clustersOf(files).flatMap((cluster, index) =>
    cluster.workloads.flatMap((workload) => {
      const holders = mountedBy(workload);
      const read = roles.filter((role) => role.cluster === index && holders.has(role.holder ?? ''));
      return [...argumentFaults(workload, cluster), ...read.flatMap((role) => secretFaults(role, workload))];
    }),
  );
  return resultOf(name, files.length, faults);
};

interface Mount {
  /** Without a slash at its end. */
  readonly folder: string;
  /** What of the volume is mounted there; empty where all of it is. */
  readonly part: string;
  /** The volume; undefined where there is none of that name. */
  readonly volume: unknown;
}

function mountsOf(container: unknown, { spec }: Workload): Mount[] {
  const volumes = listAt(spec, ['volumes']);
  return listAt(container, ['volumeMounts']).flatMap((mount) => {
    const folder = textAt(mount, ['mountPath']);
    const volume = volumes.find((each) => at(each, ['name']) === at(mount, ['name']));
    const part = textAt(mount, ['subPath']) ?? '';
    return folder === undefined ? [] : [{ folder: folder.replace(/(?<=.)\/+$/, ''), part, volume }];
  });
}

/** The mount in which a path is: the innermost one. */
function mountAt(path: string, mounts: readonly Mount[]): Mount | undefined {
  const [innermost] = mounts
    .filter(({ folder }) => path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`))
    .sort((a, b) => b.folder.length - a.folder.length);
  return innermost;
}

/** `/etc/NAME/FILE` in an argument: a volume is mounted there, and its ConfigMap has the key. */
function argumentFaults(workload: Workload, cluster: Cluster): Fault[] {
  return ['containers', 'initContainers'].flatMap((list) =>
    listAt(workload.spec, [list]).flatMap((container, index) => {
      const mounts = mountsOf(container, workload);
      return ['args', 'command'].flatMap((key) =>
        listAt(container, [key]).flatMap((text, place) => {
          const path: Path = [...workload.path, list, index, key, place];
          const named = String(text).match(
            /(?<![\w.])\/etc\/[\w-]+\/[\w./-]+\.(?:json|ya?ml|cfg|conf|cql)$/,
          )?.[0];
          const wrong = named === undefined ? undefined : whyMissing(named, mounts, cluster);
          return wrong === undefined ? [] : [fault(workload, path, wrong)];
        }),
      );
    }),
  );
}

function whyMissing(path: string, mounts: readonly Mount[], cluster: Cluster): string | undefined {
  const mount = mountAt(path, mounts);
  if (mount === undefined)
    return isMeant(path, mounts, cluster) ? `${path} is named here, where nothing is mounted` : undefined;
  const keys = keysOf(mount, cluster);
  const key = posix.join(mount.part, posix.relative(mount.folder, path));
  const holder = textAt(mount.volume, ['configMap', 'name']);
  if (keys === undefined || key === '.' || keys.includes(key) || at(mount.volume, ['configMap', 'optional']))
    return undefined;
  return `${path} is named here, and ConfigMap ${holder} has no ${key}`;
}

/** Where nothing is mounted the image may have the file, unless the tree has it too, or mounts others beside it. */
function isMeant(path: string, mounts: readonly Mount[], cluster: Cluster): boolean {
  return mounts.some(
    (mount) =>
      (isFile(mount.folder) && posix.dirname(mount.folder) === posix.dirname(path)) ||
      keysOf(mount, cluster)?.includes(posix.basename(path)),
  );
}

function isFile(path: string): boolean {
  return /\.(?:json|ya?ml|cfg|conf|cql)$/.test(path);
}

/** Files of the ConfigMap of a mount; undefined where that is something else, or not of the tree. */
function keysOf({ volume }: Mount, cluster: Cluster): string[] | undefined {
  const holder = textAt(volume, ['configMap', 'name']);
  const map = holder === undefined ? undefined : find(cluster, 'ConfigMap', holder);
  if (map === undefined) return undefined;
  const items = listAt(volume, ['configMap', 'items']).flatMap((each) => textAt(each, ['path']) ?? []);
  return [...items, ...['data', 'binaryData'].flatMap((key) => Object.keys(mapAt(map.value, [key])))];
}

function fault({ object }: Workload, path: Path, message: string): Fault {
  return faultAt(name, {
    doc: object.doc,
    path,
    message,
    advice: 'mount it there, or name a file that is there',
  });
}

/** Secrets that a role reads from files. */
function secretFaults(role: RoleConfig, workload: Workload): Fault[] {
  const mounts = listAt(workload.spec, ['containers']).flatMap((container) => mountsOf(container, workload));
  return secretFiles(role.value, []).flatMap(({ file, path }) => {
    if (!file.startsWith('/') || mountAt(file, mounts) !== undefined) return [];
    return [
      {
        ...{ check: name, path: role.path, line: role.lineOf(role.doc.lineOf(path)) },
        message: `${file} is named here, and ${workload.object.kind} ${workload.object.name} mounts nothing there`,
        advice: 'mount the Secret there, or name a file below one that is mounted',
      },
    ];
  });
}

function secretFiles(value: unknown, path: Path): { file: string; path: Path }[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    key === 'file' && typeof each === 'string'
      ? [{ file: each, path: [...path, key] }]
      : secretFiles(each, [...path, key]),
  );
}
