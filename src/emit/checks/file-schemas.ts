import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check, Fault } from '../checks.ts';
import { type JsonSchema, schemaFaults } from '../schema/json-schema.ts';
import { roleConfigsOf } from './configs.ts';
import { type Doc, documentsOf } from './documents.ts';
import { faultAt, resultOf } from './fault-list.ts';

/** Files that have a schema of their own, by name. */
const kinds: readonly { readonly check: string; readonly schema: string; readonly isFile: RegExp }[] = [
  { check: 'compose schema', schema: 'compose.json', isFile: /(^|\/)(docker-)?compose[^/]*\.ya?ml$/ },
  { check: 'process file schema', schema: 'processes.json', isFile: /(^|\/)processes\.ya?ml$/ },
  { check: 'dashboard schema', schema: 'grafana-dashboard.json', isFile: /(^|\/)[^/]*dashboard[^/]*\.json$/ },
  // No server here takes lifecycle rules, so the schema is all that checks them.
  { check: 'S3 lifecycle schema', schema: 's3-lifecycle.json', isFile: /(^|\/)[^/]*lifecycle[^/]*\.json$/ },
  {
    check: 'S3 object lock schema',
    schema: 's3-object-lock.json',
    isFile: /(^|\/)[^/]*(object-?lock|retention)[^/]*\.json$/,
  },
];

/** Each of these files has the fields of its format and no others. */
export const fileSchemaChecks: readonly Check[] = kinds.map(
  ({ check, schema, isFile }) =>
    async (files, { schemas }) => {
      const matching = files.filter(({ path }) => isFile.test(path));
      const docs = matching.flatMap(documentsOf);
      const faults =
        docs.length === 0 ? [] : docs.flatMap((doc) => faultsOf(check, doc, read(schemas, schema)));
      return resultOf(check, matching.length, faults);
    },
);

const roleCheck = 'role configs';

/** Configs of the service's roles, which the roles themselves check by the same schema when they start. */
export const roleConfigsCheck: Check = async (files, { target, schemas }) => {
  const roles = roleConfigsOf(files, target);
  const schema = read(schemas, 'service-config.json');
  const faults: Fault[] = roles.flatMap(({ doc, value, path, name, lineOf }) =>
    schemaFaults(value, schema, schema).map((fault) => ({
      check: roleCheck,
      path,
      line: lineOf(doc.lineOf(fault.path)),
      message: `${name}: ${fault.path.join('.')}: ${fault.message}`,
      advice: 'schemas/service-config.json describes every key',
    })),
  );
  return resultOf(roleCheck, roles.length, faults);
};

function faultsOf(check: string, doc: Doc, schema: JsonSchema): Fault[] {
  return schemaFaults(doc.value, schema, schema).map(({ path, message }) =>
    faultAt(check, {
      doc,
      path,
      message: `${path.join('.')}: ${message}`,
      advice: 'see the reference of the format',
    }),
  );
}

function read(folder: string, name: string): JsonSchema {
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as JsonSchema;
}
