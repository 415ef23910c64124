import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nearest } from '../../../problems/nearest.ts';
import type { Check, Fault } from '../../checks.ts';
import { type JsonSchema, schemaFaults } from '../../schema/json-schema.ts';
import { type Doc, documentsOf } from '../documents.ts';
import { faultAt, resultOf } from '../fault-list.ts';
import { patchPaths } from './kustomize.ts';
import { objectOf } from './objects.ts';

const name = 'kubernetes schemas';

interface KnownKind {
  readonly schema: JsonSchema;
  readonly root: unknown;
}

/**
 * Every manifest has the fields of its kind and no others, by the schemas that Kubernetes and the operators publish.
 * Patches of a kustomization say only what they change, so nothing is required of them.
 */
export const schemasCheck: Check = async (files, { schemas }) => {
  const kinds = readKinds(schemas);
  const patches = patchPaths(files);
  // OpenSLO has the same two keys, and is read by no cluster.
  const manifests = files
    .filter(({ path }) => !/(^|\/)openslo\.ya?ml$/.test(path))
    .flatMap(documentsOf)
    .filter((doc) => objectOf(doc) !== undefined);
  const faults = manifests.flatMap((doc) => faultsOf(doc, kinds, patches.has(doc.file.path)));
  return resultOf(name, new Set(manifests.map((doc) => doc.file.path)).size, faults);
};

function faultsOf(doc: Doc, kinds: ReadonlyMap<string, KnownKind>, partial: boolean): Fault[] {
  const object = objectOf(doc);
  if (object === undefined) return [];
  const id = `${object.apiVersion}/${object.kind}`;
  const kind = kinds.get(id);
  if (kind === undefined) {
    const near = nearest(id, [...kinds.keys()]);
    return [
      faultAt(name, {
        doc,
        path: ['kind'],
        message: `there is no schema for ${id}${near === undefined ? '' : `; did you mean ${near}?`}`,
        advice: 'mend apiVersion and kind, or add the kind to scripts/kubernetes-schemas.mjs',
      }),
    ];
  }
  return schemaFaults(doc.value, kind.schema, kind.root, { partial }).map(({ path, message }) =>
    faultAt(name, {
      doc,
      path,
      message: `${path.join('.')}: ${message}`,
      advice: `see the reference of ${id}`,
    }),
  );
}

const known = new Map<string, ReadonlyMap<string, KnownKind>>();

/** By `apiVersion/kind`. Each folder is read once. */
function readKinds(schemas: string): ReadonlyMap<string, KnownKind> {
  const found = known.get(schemas);
  if (found !== undefined) return found;
  const folder = join(schemas, 'kubernetes');
  const files = [
    ...readdirSync(folder).map((file) => join(folder, file)),
    join(schemas, 'kustomization.json'),
  ];
  const kinds = new Map<string, KnownKind>();
  for (const file of files.sort()) {
    const root = JSON.parse(readFileSync(file, 'utf8')) as { kinds: Record<string, JsonSchema> };
    for (const [id, schema] of Object.entries(root.kinds)) kinds.set(id, { schema, root });
  }
  known.set(schemas, kinds);
  return kinds;
}
