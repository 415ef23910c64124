import type { Check, Fault } from '../../checks.ts';
import type { Path } from '../../schema/json-schema.ts';
import { faultAt, resultOf } from '../fault-list.ts';
import { at, listAt, textAt } from '../values.ts';
import { clustersOf, find } from './cluster.ts';
import type { KubernetesObject } from './objects.ts';

const name = 'backups';

/** A database of CloudNativePG can archive its log and take the backups that are scheduled with what it has. */
export const backupsCheck: Check = async (files) => {
  const faults = clustersOf(files).flatMap((cluster) =>
    cluster.objects.flatMap((object) => {
      if (isOfOperator(object, 'Cluster')) return databaseFaults(object);
      if (!isOfOperator(object, 'ScheduledBackup')) return [];
      const database = find(cluster, 'Cluster', textAt(object.value, ['spec', 'cluster', 'name']) ?? '');
      return database === undefined ? [] : scheduleFaults(object, database);
    }),
  );
  return resultOf(name, files.length, faults);
};

function isOfOperator({ apiVersion, kind }: KubernetesObject, wanted: string): boolean {
  return kind === wanted && apiVersion.startsWith('postgresql.cnpg.io/');
}

const inTree: Path = ['spec', 'backup', 'barmanObjectStore'];
const plugins: Path = ['spec', 'plugins'];
const withPlugin =
  'let a plug-in do it: `plugins` with `isWALArchiver`, and `method: plugin` in what is scheduled';

function databaseFaults(object: KubernetesObject): Fault[] {
  const { value, doc } = object;
  if (at(value, inTree) === undefined) return [];
  const fault = (path: Path, message: string, advice: string) =>
    faultAt(name, { doc, path, message, advice });
  const image = textAt(value, ['spec', 'imageName']) ?? '';
  // Of the images of CloudNativePG only those called `system` have Barman, and they are on their way out.
  const lacksBarman = /-(minimal|standard)-[a-z]+$/.test(image.split('@')[0] ?? '');
  return [
    ...(lacksBarman
      ? [
          fault(
            inTree,
            `Cluster ${object.name} archives with Barman, which ${image} does not have`,
            withPlugin,
          ),
        ]
      : []),
    ...(archiversOf(object).length > 0
      ? [
          fault(
            plugins,
            `Cluster ${object.name} archives its log in two ways`,
            'take `barmanObjectStore` away',
          ),
        ]
      : []),
  ];
}

function enabledPlugins({ value }: KubernetesObject): readonly unknown[] {
  return listAt(value, plugins).filter((plugin) => at(plugin, ['enabled']) !== false);
}

function archiversOf(database: KubernetesObject): readonly unknown[] {
  return enabledPlugins(database).filter((plugin) => at(plugin, ['isWALArchiver']) === true);
}

function scheduleFaults({ name: own, value, doc }: KubernetesObject, database: KubernetesObject): Fault[] {
  const fault = (path: Path, message: string, advice: string) => [
    faultAt(name, { doc, path, message: `ScheduledBackup ${own} ${message}`, advice }),
  ];
  const method = textAt(value, ['spec', 'method']) ?? 'barmanObjectStore';
  const hasStore = at(database.value, inTree) !== undefined;
  if (method === 'barmanObjectStore' && !hasStore)
    return fault(
      ['spec', 'method'],
      `wants a barmanObjectStore, and Cluster ${database.name} has none`,
      withPlugin,
    );
  if (method !== 'plugin') return [];
  const wanted = textAt(value, ['spec', 'pluginConfiguration', 'name']);
  if (!enabledPlugins(database).some((plugin) => at(plugin, ['name']) === wanted))
    return fault(
      ['spec', 'pluginConfiguration'],
      `wants the plug-in ${String(wanted)}, which Cluster ${database.name} does not have`,
      'name one of its `plugins`',
    );
  if (hasStore || archiversOf(database).length > 0) return [];
  return fault(
    ['spec', 'method'],
    `takes backups of Cluster ${database.name}, whose log nobody archives`,
    'without the log from its time on a backup cannot be restored: set `isWALArchiver`',
  );
}
