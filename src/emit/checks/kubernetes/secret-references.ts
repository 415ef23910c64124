import { isObject, type Path } from '../../schema/json-schema.ts';
import type { KubernetesObject } from './objects.ts';
import type { Reference } from './pod-references.ts';

/**
 * Secrets that the resource of an operator calls by name: a `name` beside a `key`, as for `s3Credentials`, and fields
 * that end in `Secret`. Resources of Kubernetes itself name them in their pods alone.
 */
export function secretReferences({ apiVersion, value }: KubernetesObject): Reference[] {
  const [group = '', version] = apiVersion.split('/');
  const isCustom = version !== undefined && group.includes('.') && !group.endsWith('.k8s.io');
  return isCustom ? below(value['spec'], ['spec']) : [];
}

function below(value: unknown, path: Path): Reference[] {
  if (Array.isArray(value)) return value.flatMap((each, index) => below(each, [...path, index]));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, each]) => {
    const here = [...path, key];
    // A ConfigMap is called in the same form.
    if (/configMap/i.test(key)) return [];
    if (key === 'name' && typeof each === 'string' && typeof value['key'] === 'string')
      return isOptional(value) ? [] : [{ kind: 'Secret', name: each, path: here }];
    if (!/secrets?(name)?$/i.test(key)) return below(each, here);
    return named(each, here);
  });
}

/** What a field for a whole Secret holds: its name, an object with it, or several of them. */
function named(value: unknown, path: Path): Reference[] {
  if (typeof value === 'string') return [{ kind: 'Secret', name: value, path }];
  if (Array.isArray(value)) return value.flatMap((each, index) => named(each, [...path, index]));
  if (!isObject(value) || isOptional(value)) return [];
  const { name } = value;
  return typeof name === 'string' ? [{ kind: 'Secret', name, path: [...path, 'name'] }] : [];
}

function isOptional(value: Readonly<Record<string, unknown>>): boolean {
  return value['optional'] === true;
}
