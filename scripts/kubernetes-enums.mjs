import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The values that fields may have. The published API description has them in no field, so they are read from the Go
 * types: a string type with `// +enum`, its constants, and the fields of that type.
 *
 * Gives, for `io.k8s.api.core.v1.Container`, `{ imagePullPolicy: { enum: ['Always', 'IfNotPresent', 'Never'] } }`.
 */
export function enumsOf(folder) {
  const result = {};
  for (const group of [
    'core',
    'apps',
    'batch',
    'policy',
    'autoscaling',
    'networking',
    'scheduling',
    'rbac',
    'storage',
  ]) {
    for (const version of existsSync(join(folder, group)) ? readdirSync(join(folder, group)) : []) {
      const file = join(folder, group, version, 'types.go');
      if (!existsSync(file)) continue;
      for (const [name, fields] of Object.entries(fieldsOf(readFileSync(file, 'utf8')))) {
        result[`io.k8s.api.${group}.${version}.${name}`] = fields;
      }
    }
  }
  return result;
}

function fieldsOf(text) {
  const enums = new Map();
  for (const [, name] of text.matchAll(/\/\/ \+enum\n(?:\/\/[^\n]*\n)*type (\w+) string/g)) {
    const constants = [...text.matchAll(new RegExp(`\\b\\w+\\s+${name}\\s*=\\s*"([^"]*)"`, 'g'))];
    if (constants.length > 0) enums.set(name, [...new Set(constants.map(([, value]) => value))].sort());
  }
  const result = {};
  for (const [, struct, body] of text.matchAll(/^type (\w+) struct {\n([\s\S]*?)^}/gm)) {
    for (const [, list, type, json] of body.matchAll(/^\t\w+\s+\*?(\[\])?(\w+)\s+`[^`]*json:"(\w+)/gm)) {
      const values = enums.get(type);
      if (values === undefined) continue;
      const rule = list === undefined ? { enum: values } : { items: { type: 'string', enum: values } };
      result[struct] = { ...result[struct], [json]: rule };
    }
  }
  return result;
}
