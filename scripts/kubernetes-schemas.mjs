// Makes schemas/kubernetes/: strict JSON Schemas of the kinds that headroom emits, from the API descriptions that
// Kubernetes and the operators publish in their Go modules. Needs `go` and its module proxy (sums are verified).
//
//   node scripts/kubernetes-schemas.mjs            writes them
//   node scripts/kubernetes-schemas.mjs --check    exits with 1 where they differ from what is published
//
// What is published allows unknown fields, as an API server prunes or warns. Here an object with named properties has
// no others. Descriptions, defaults and `status` are left out, and parts that occur more than once are shared.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { enumsOf } from './kubernetes-enums.mjs';
import { shareRepeated } from './share-repeated.mjs';

const folder = fileURLToPath(new URL('../schemas/kubernetes/', import.meta.url));

const kubernetes = 'k8s.io/kubernetes@v1.36.3';
const api = 'k8s.io/api@v0.36.3';

const builtIn = [
  ...[
    'v1/Namespace',
    'v1/Service',
    'v1/ServiceAccount',
    'v1/ConfigMap',
    'v1/Secret',
    'v1/PersistentVolumeClaim',
  ],
  ...[
    'v1/Pod',
    'v1/ResourceQuota',
    'v1/LimitRange',
    'apps/v1/Deployment',
    'apps/v1/StatefulSet',
    'apps/v1/DaemonSet',
  ],
  ...[
    'batch/v1/Job',
    'batch/v1/CronJob',
    'policy/v1/PodDisruptionBudget',
    'autoscaling/v2/HorizontalPodAutoscaler',
  ],
  ...[
    'networking.k8s.io/v1/NetworkPolicy',
    'networking.k8s.io/v1/Ingress',
    'scheduling.k8s.io/v1/PriorityClass',
  ],
  ...[
    'rbac.authorization.k8s.io/v1/Role',
    'rbac.authorization.k8s.io/v1/RoleBinding',
    'storage.k8s.io/v1/StorageClass',
  ],
];

/** Module to the files in it that define a kind each. */
const custom = {
  'github.com/cloudnative-pg/cloudnative-pg@v1.28.0': [
    'config/crd/bases/postgresql.cnpg.io_clusters.yaml',
    'config/crd/bases/postgresql.cnpg.io_poolers.yaml',
    'config/crd/bases/postgresql.cnpg.io_scheduledbackups.yaml',
  ],
  'github.com/cloudnative-pg/plugin-barman-cloud@v0.15.0': [
    'config/crd/bases/barmancloud.cnpg.io_objectstores.yaml',
  ],
  'github.com/k8ssandra/cass-operator@v1.22.4': [
    'config/crd/bases/cassandra.datastax.com_cassandradatacenters.yaml',
  ],
  'github.com/kedacore/keda/v2@v2.21.0': [
    'config/crd/bases/keda.sh_scaledobjects.yaml',
    'config/crd/bases/keda.sh_triggerauthentications.yaml',
  ],
  'github.com/prometheus-operator/prometheus-operator@v0.85.0': [
    'example/prometheus-operator-crd-full/monitoring.coreos.com_servicemonitors.yaml',
    'example/prometheus-operator-crd-full/monitoring.coreos.com_podmonitors.yaml',
    'example/prometheus-operator-crd-full/monitoring.coreos.com_prometheusrules.yaml',
    'example/prometheus-operator-crd-full/monitoring.coreos.com_alertmanagerconfigs.yaml',
  ],
  'github.com/kubeflow/spark-operator/v2@v2.3.0': [
    'config/crd/bases/sparkoperator.k8s.io_sparkapplications.yaml',
    'config/crd/bases/sparkoperator.k8s.io_scheduledsparkapplications.yaml',
  ],
};

const compose = 'github.com/compose-spec/compose-go/v2@v2.16.2';

export function makeSchemas() {
  const work = mkdtempSync(join(tmpdir(), 'headroom-schemas-'));
  try {
    const folders = download([kubernetes, api, compose, ...Object.keys(custom)], work);
    const builtInSchemas = builtInOf(folders);
    const files = { 'built-in.json': { source: [kubernetes, api], ...builtInSchemas } };
    for (const [module, paths] of Object.entries(custom)) {
      for (const path of paths) {
        const { name, schema } = customOf(readFileSync(join(folders[module], path), 'utf8'));
        files[`${name}.json`] = { source: [module], ...schema };
      }
    }
    files['../compose.json'] = composeOf(
      readFileSync(join(folders[compose], 'schema/compose-spec.json'), 'utf8'),
    );
    return Object.fromEntries(
      Object.entries(files).map(([name, json]) => [name, `${JSON.stringify(json)}\n`]),
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Folder of each module. Go checks what it downloads against the public log of sums. */
function download(modules, work) {
  writeFileSync(join(work, 'go.mod'), 'module schemas\n');
  const printed = execFileSync('go', ['mod', 'download', '-json', ...modules], {
    cwd: work,
    encoding: 'utf8',
    maxBuffer: 1e8,
    env: { ...process.env, GOFLAGS: '-mod=mod' },
  });
  const found = JSON.parse(`[${printed.trim().replaceAll(/}\s*{/g, '},{')}]`);
  return Object.fromEntries(found.map(({ Path, Version, Dir }) => [`${Path}@${Version}`, Dir]));
}

function builtInOf(folders) {
  const { definitions } = JSON.parse(
    readFileSync(join(folders[kubernetes], 'api/openapi-spec/swagger.json'), 'utf8'),
  );
  const enums = enumsOf(folders[api]);
  const kinds = {};
  const wanted = new Map();
  const want = (name) => {
    if (wanted.has(name)) return;
    wanted.set(name, undefined);
    const strict = name.endsWith('.Quantity')
      ? { type: ['string', 'number'] }
      : tidy(definitions[name], enums[name] ?? {});
    wanted.set(name, strict);
    JSON.stringify(strict, (key, value) => {
      if (key === '$ref') want(value.replace('#/definitions/', ''));
      return value;
    });
  };
  for (const [name, definition] of Object.entries(definitions)) {
    for (const { group, version, kind } of definition['x-kubernetes-group-version-kind'] ?? []) {
      const id = `${group === '' ? '' : `${group}/`}${version}/${kind}`;
      if (!builtIn.includes(id)) continue;
      delete definition.properties.status;
      definition.required = ['apiVersion', 'kind', 'metadata'];
      want(name);
      kinds[id] = { $ref: `#/definitions/${name}` };
    }
  }
  const missing = builtIn.filter((id) => kinds[id] === undefined);
  if (missing.length > 0) throw new Error(`${kubernetes} has no ${missing.join(', ')}`);
  // Shorter names: they are printed by nobody, and there are thousands of references.
  const text = JSON.stringify({ kinds, definitions: Object.fromEntries([...wanted].sort(byName)) });
  return JSON.parse(text.replaceAll(/io\.k8s\.(?:api|apimachinery\.pkg)\./g, ''));
}

function byName([a], [b]) {
  return a < b ? -1 : 1;
}

function customOf(text) {
  const { spec } = parse(text);
  const kinds = {};
  for (const { name, schema, served } of spec.versions) {
    if (!served) continue;
    const root = schema.openAPIV3Schema;
    delete root.properties.status;
    root.required = [...new Set([...(root.required ?? []), 'apiVersion', 'kind', 'metadata'])];
    kinds[`${spec.group}/${name}/${spec.names.kind}`] = tidy(root, {});
  }
  return { name: `${spec.group}_${spec.names.plural}`, schema: shareRepeated({ kinds }) };
}

/** The keywords that say what is allowed, and no unknown properties. `enums` holds the values of some properties. */
function tidy(schema, enums) {
  const result = {};
  if (schema['x-kubernetes-int-or-string'] || schema.format === 'int-or-string')
    return { type: ['integer', 'string'] };
  // Raw JSON of an operator, whose published type is that of its Go field; the operator itself removes it again.
  if (schema.format === 'byte' && schema['x-kubernetes-preserve-unknown-fields']) return { type: 'object' };
  for (const key of [
    '$ref',
    'enum',
    'pattern',
    'minimum',
    'maximum',
    'exclusiveMinimum',
    'exclusiveMaximum',
  ]) {
    if (schema[key] !== undefined) result[key] = schema[key];
  }
  if (schema.pattern?.includes('(?i)')) result.pattern = anyCase(schema.pattern);
  for (const key of [
    'minLength',
    'maxLength',
    'minItems',
    'maxItems',
    'minProperties',
    'maxProperties',
    'required',
  ]) {
    if (schema[key] !== undefined) result[key] = schema[key];
  }
  if (schema.type !== undefined) result.type = schema.nullable ? [schema.type, 'null'] : schema.type;
  if (schema.items !== undefined) result.items = tidy(schema.items, {});
  for (const key of ['anyOf', 'oneOf', 'allOf']) {
    if (schema[key] !== undefined) result[key] = schema[key].map(condition);
  }
  if (schema.not !== undefined) result.not = condition(schema.not);
  if (schema.properties !== undefined) {
    result.properties = {};
    for (const [name, each] of Object.entries(schema.properties)) {
      result.properties[name] = { ...tidy(each, {}), ...enums[name] };
    }
    if (!schema['x-kubernetes-preserve-unknown-fields']) result.additionalProperties = false;
  } else if (typeof schema.additionalProperties === 'object') {
    result.additionalProperties = tidy(schema.additionalProperties, {});
  }
  return result;
}

/** Go's `(?i)`, which JavaScript does not have. */
function anyCase(pattern) {
  return pattern
    .replaceAll('(?i)', '')
    .replaceAll(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
}

/** Branches of anyOf and oneOf state conditions on an object that is described beside them: they stay open. */
function condition(schema) {
  return JSON.parse(
    JSON.stringify(schema, (key, value) =>
      /^(description|default|nullable|x-.*)$/.test(key) ? undefined : value,
    ),
  );
}

/** Of draft 7, whose name ajv knows only without `s`; and without prose. */
function composeOf(text) {
  const { $schema, $id, id, title, ...rest } = JSON.parse(text);
  const plain = (value) => {
    if (Array.isArray(value)) return value.map(plain);
    if (value === null || typeof value !== 'object') return value;
    const entries = Object.entries(value).filter(
      ([key, each]) => !(key === 'description' && typeof each === 'string'),
    );
    return Object.fromEntries(entries.map(([key, each]) => [key, plain(each)]));
  };
  return { $comment: compose, ...plain(rest) };
}

function main(check) {
  const made = makeSchemas();
  const known = readdirSync(folder).filter((name) => !(name in made));
  const differ = Object.keys(made).filter((name) => {
    try {
      return readFileSync(join(folder, name), 'utf8') !== made[name];
    } catch {
      return true;
    }
  });
  if (check) {
    for (const name of [...differ, ...known]) console.error(`differs: schemas/kubernetes/${name}`);
    process.exitCode = differ.length + known.length > 0 ? 1 : 0;
    return;
  }
  for (const name of differ) writeFileSync(join(folder, name), made[name]);
  for (const name of known) rmSync(join(folder, name));
  console.log(`${differ.length} of ${Object.keys(made).length} written`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.includes('--check'));
