import type { Path } from '../../schema/json-schema.ts';
import { at, listAt, mapAt, textAt } from '../values.ts';
import type { KubernetesObject } from './objects.ts';
import type { Reference } from './pod-references.ts';

/** What autoscalers, bindings and backups call by name. */
export function objectReferences({ kind, value }: KubernetesObject): Reference[] {
  const found: Reference[] = [];
  const add = (wanted: string, named: unknown, path: Path) => {
    if (typeof named === 'string') found.push({ kind: wanted, name: named, path });
  };
  if (kind === 'HorizontalPodAutoscaler' || kind === 'ScaledObject') {
    const target = mapAt(value, ['spec', 'scaleTargetRef']);
    add(String(target['kind'] ?? 'Deployment'), target['name'], ['spec', 'scaleTargetRef', 'name']);
  }
  for (const [index, trigger] of listAt(value, ['spec', 'triggers']).entries()) {
    const path = ['spec', 'triggers', index, 'authenticationRef', 'name'];
    add('TriggerAuthentication', at(trigger, ['authenticationRef', 'name']), path);
  }
  if (kind === 'RoleBinding') {
    add(textAt(value, ['roleRef', 'kind']) ?? 'Role', at(value, ['roleRef', 'name']), ['roleRef', 'name']);
    for (const [index, subject] of listAt(value, ['subjects']).entries()) {
      if (at(subject, ['kind']) === 'ServiceAccount')
        add('ServiceAccount', at(subject, ['name']), ['subjects', index, 'name']);
    }
  }
  if (kind === 'ScheduledBackup')
    add('Cluster', at(value, ['spec', 'cluster', 'name']), ['spec', 'cluster', 'name']);
  // The plug-in for backups is told its store by a parameter.
  for (const index of listAt(value, ['spec', 'plugins']).keys()) {
    const path = ['spec', 'plugins', index, 'parameters', 'barmanObjectName'];
    add('ObjectStore', at(value, path), path);
  }
  return found;
}
