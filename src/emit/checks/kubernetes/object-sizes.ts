import type { Check, Fault } from '../../checks.ts';
import { faultAt, resultOf } from '../fault-list.ts';
import { clustersOf } from './cluster.ts';
import type { KubernetesObject } from './objects.ts';

const name = 'object sizes';

/**
 * `kubectl apply` keeps what it sent in an annotation, and all annotations of an object have this many bytes.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/
 */
const annotationBytes = 256 * 1024;

/** A ConfigMap or Secret that is larger is refused, however it is sent. */
const dataBytes = 1024 * 1024;

/** Objects are small enough to be applied and kept. */
export const objectSizesCheck: Check = async (files) => {
  const faults = clustersOf(files).flatMap(({ objects }) => objects.flatMap(sizeFaults));
  return resultOf(name, files.length, faults);
};

function sizeFaults({ kind, name: own, doc, value }: KubernetesObject): Fault[] {
  const bytes = Buffer.byteLength(JSON.stringify(value));
  if (bytes <= annotationBytes) return [];
  const isHard = bytes > dataBytes && ['ConfigMap', 'Secret'].includes(kind);
  const who = isHard
    ? `no cluster takes more than ${dataBytes}`
    : `kubectl apply refuses more than ${annotationBytes}`;
  return [
    faultAt(name, {
      ...{ doc, path: [] },
      message: `${kind} ${own} has ${bytes} bytes, and ${who}`,
      advice: 'say once what each entry repeats, or divide it among several objects',
    }),
  ];
}
