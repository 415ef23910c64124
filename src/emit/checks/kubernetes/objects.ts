import { isObject, type Path } from '../../schema/json-schema.ts';
import type { Doc } from '../documents.ts';
import { at, listAt, mapAt, textAt } from '../values.ts';

/** A manifest as plain values, and where it stands. */
export interface KubernetesObject {
  readonly doc: Doc;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly value: Readonly<Record<string, unknown>>;
}

/** What makes pods: labels, and their specification, with its path in the object. */
export interface Workload {
  readonly object: KubernetesObject;
  readonly labels: Readonly<Record<string, string>>;
  /** Absent where an operator makes the pods. */
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly path: Path;
  /** How many there are at least; absent where that is not said in the object. */
  readonly replicas?: number;
}

const podPaths: Readonly<Record<string, Path>> = {
  Deployment: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
  Pod: [],
};

/** The object in a document; undefined where it is none. */
export function objectOf(doc: Doc): KubernetesObject | undefined {
  const { value } = doc;
  if (!isObject(value) || typeof value['apiVersion'] !== 'string' || typeof value['kind'] !== 'string')
    return undefined;
  const metadata = isObject(value['metadata']) ? value['metadata'] : {};
  return {
    doc,
    apiVersion: value['apiVersion'],
    kind: value['kind'],
    name: textAt(metadata, ['name']) ?? '',
    namespace: textAt(metadata, ['namespace']),
    value,
  };
}

/** The pods that an object makes by itself or through an operator. */
export function workloadOf(object: KubernetesObject): Workload | undefined {
  const path = podPaths[object.kind];
  if (path === undefined) return operatorWorkload(object);
  const template = at(object.value, path);
  if (!isObject(template)) return undefined;
  const replicas = at(object.value, ['spec', 'replicas']);
  return {
    object,
    labels: labelsAt(template, ['metadata', 'labels']),
    spec: mapAt(template, ['spec']),
    path: [...path, 'spec'],
    ...(typeof replicas === 'number' ? { replicas } : {}),
  };
}

/** Labels that operators put on the pods they make, as their documentation says. */
function operatorWorkload(object: KubernetesObject): Workload | undefined {
  const { kind, name, value } = object;
  const make = (labels: Record<string, string>, path: Path): Workload => {
    const replicas = at(value, path);
    return { object, labels, path: ['spec'], ...(typeof replicas === 'number' ? { replicas } : {}) };
  };
  if (kind === 'Cluster') return make({ 'cnpg.io/cluster': name }, ['spec', 'instances']);
  if (kind === 'Pooler') return make({ 'cnpg.io/poolerName': name }, ['spec', 'instances']);
  if (kind === 'CassandraDatacenter') {
    const cluster = textAt(value, ['spec', 'clusterName']) ?? '';
    const labels = {
      'app.kubernetes.io/name': 'cassandra',
      'app.kubernetes.io/managed-by': 'cass-operator',
      'cassandra.datastax.com/cluster': cluster,
      'cassandra.datastax.com/datacenter': name,
    };
    return make({ ...labels, ...labelsAt(value, ['spec', 'additionalLabels']) }, ['spec', 'size']);
  }
  if (kind === 'SparkApplication' || kind === 'ScheduledSparkApplication') {
    const spec = kind === 'SparkApplication' ? ['spec'] : ['spec', 'template'];
    const own = { ...labelsAt(value, [...spec, 'driver', 'labels']) };
    return make({ 'sparkoperator.k8s.io/app-name': name, ...own }, [...spec, 'executor', 'instances']);
  }
  return undefined;
}

/** What a Service or policy selects; an empty selector selects every pod. */
export function selects(selector: unknown, labels: Readonly<Record<string, string>>): boolean {
  if (!isObject(selector)) return false;
  const isLabelSelector = 'matchLabels' in selector || 'matchExpressions' in selector;
  const wanted = isLabelSelector ? labelsAt(selector, ['matchLabels']) : (selector as Record<string, string>);
  const expressions = isLabelSelector ? listAt(selector, ['matchExpressions']) : [];
  return (
    Object.entries(wanted).every(([key, value]) => labels[key] === value) &&
    expressions.every((each) => holds(each, labels))
  );
}

function holds(expression: unknown, labels: Readonly<Record<string, string>>): boolean {
  const label = labels[textAt(expression, ['key']) ?? ''];
  const values = listAt(expression, ['values']);
  switch (textAt(expression, ['operator'])) {
    case 'In':
      return label !== undefined && values.includes(label);
    case 'NotIn':
      return label === undefined || !values.includes(label);
    case 'Exists':
      return label !== undefined;
    default:
      return label === undefined;
  }
}

function labelsAt(value: unknown, path: Path): Record<string, string> {
  return Object.fromEntries(Object.entries(mapAt(value, path)).map(([key, each]) => [key, String(each)]));
}
