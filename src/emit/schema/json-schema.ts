import { nearest } from '../../problems/nearest.ts';
import { withinBounds } from './bounds.ts';

/** The part of JSON Schema that the checked-in schemas use; a test holds it against ajv, and against every keyword. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly propertyNames?: JsonSchema;
  readonly unevaluatedProperties?: boolean;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly not?: JsonSchema;
  readonly [keyword: string]: unknown;
}

export type Path = readonly (string | number)[];

export interface SchemaFault {
  readonly path: Path;
  readonly message: string;
}

export interface SchemaOptions {
  /** A patch says only what it changes: nothing is required of it. */
  readonly partial?: boolean;
}

interface Walk {
  readonly root: unknown;
  readonly partial: boolean;
}

/**
 * What is wrong with a value by a schema whose `$ref`s point into `root`. It walks the schema instead of compiling it:
 * compiling those of Kubernetes takes a second, and an emitted tree is small. Throws where a `$ref` points nowhere.
 */
export function schemaFaults(
  value: unknown,
  schema: JsonSchema,
  root: unknown,
  { partial = false }: SchemaOptions = {},
): SchemaFault[] {
  return check(value, schema, [], { root, partial });
}

function check(value: unknown, schema: JsonSchema, path: Path, walk: Walk): SchemaFault[] {
  // In a patch, null takes away what is there.
  if (walk.partial && value === null) return [];
  const faults: SchemaFault[] = [];
  if (schema.$ref !== undefined) faults.push(...check(value, resolve(schema.$ref, walk.root), path, walk));
  const wrong = wrongValue(value, schema);
  if (wrong !== undefined) return [...faults, { path, message: wrong }];
  if (Array.isArray(value)) faults.push(...checkItems(value, schema, path, walk));
  else if (isObject(value)) faults.push(...checkProperties(value, schema, path, walk));
  return [...faults, ...checkBranches(value, schema, path, walk)];
}

function wrongValue(value: unknown, schema: JsonSchema): string | undefined {
  if (schema.type !== undefined) {
    const types = typeof schema.type === 'string' ? [schema.type] : schema.type;
    if (!types.some((type) => isOf(value, type))) return `${shown(value)} is not ${types.join(' or ')}`;
  }
  if ('const' in schema && value !== schema.const) return `${shown(value)} is not ${shown(schema.const)}`;
  if (schema.enum !== undefined && !schema.enum.includes(value)) {
    return `${shown(value)} is none of ${schema.enum.map(String).join(', ')}`;
  }
  return withinBounds(value, schema);
}

function checkItems(value: readonly unknown[], schema: JsonSchema, path: Path, walk: Walk): SchemaFault[] {
  const { items } = schema;
  if (items === undefined) return [];
  return value.flatMap((item, index) => check(item, items, [...path, index], walk));
}

function checkProperties(
  value: Readonly<Record<string, unknown>>,
  schema: JsonSchema,
  path: Path,
  walk: Walk,
): SchemaFault[] {
  const faults: SchemaFault[] = [];
  for (const name of walk.partial ? [] : (schema.required ?? [])) {
    if (value[name] === undefined) faults.push({ path, message: `"${name}" is missing` });
  }
  const known = namesOf(schema, walk.root);
  for (const [name, each] of Object.entries(value)) {
    if (schema.propertyNames !== undefined) {
      const wrong = check(name, schema.propertyNames, [...path, name], walk);
      faults.push(...wrong.map(({ message }) => ({ path: [...path, name], message: `the name ${message}` })));
    }
    const inner = ownSchemas(name, schema);
    for (const one of inner) faults.push(...check(each, one, [...path, name], walk));
    if (inner.length > 0) continue;
    const extra = schema.additionalProperties;
    if (typeof extra === 'object') faults.push(...check(each, extra, [...path, name], walk));
    else if (extra === false || (schema.unevaluatedProperties === false && !known.has(name))) {
      if (schema.unevaluatedProperties === false && known.matches(name)) continue;
      faults.push({ path: [...path, name], message: unknownField(name, known.list) });
    }
  }
  return faults;
}

function ownSchemas(name: string, schema: JsonSchema): JsonSchema[] {
  const own = Object.hasOwn(schema.properties ?? {}, name) ? [schema.properties?.[name]] : [];
  const byPattern = Object.entries(schema.patternProperties ?? {})
    .filter(([pattern]) => new RegExp(pattern, 'u').test(name))
    .map(([, each]) => each);
  return [...own, ...byPattern].filter((each) => each !== undefined);
}

interface Names {
  readonly list: readonly string[];
  has(name: string): boolean;
  matches(name: string): boolean;
}

/** Names that a schema describes itself or through what it takes in. */
function namesOf(schema: JsonSchema, root: unknown): Names {
  const parts = [schema];
  for (const part of parts) {
    if (part.$ref !== undefined) parts.push(resolve(part.$ref, root));
    parts.push(...(part.allOf ?? []));
  }
  const list = parts.flatMap((part) => Object.keys(part.properties ?? {}));
  const patterns = parts.flatMap((part) => Object.keys(part.patternProperties ?? {}));
  return {
    list,
    has: (name) => list.includes(name),
    matches: (name) => patterns.some((pattern) => new RegExp(pattern, 'u').test(name)),
  };
}

function checkBranches(value: unknown, schema: JsonSchema, path: Path, walk: Walk): SchemaFault[] {
  const faults = (schema.allOf ?? []).flatMap((branch) => check(value, branch, path, walk));
  if (schema.anyOf !== undefined) faults.push(...checkAny(value, schema.anyOf, path, walk));
  if (schema.oneOf !== undefined) {
    const holding = schema.oneOf.filter((branch) => check(value, branch, path, walk).length === 0).length;
    if (holding === 0) faults.push(...checkAny(value, schema.oneOf, path, walk));
    if (holding > 1) faults.push({ path, message: 'says two things of which only one may be said' });
  }
  if (schema.not !== undefined && check(value, schema.not, path, walk).length === 0) {
    faults.push({ path, message: 'is what must not be' });
  }
  return faults;
}

/** Nothing where a branch holds; else what is wrong with the branch that came furthest. */
function checkAny(value: unknown, branches: readonly JsonSchema[], path: Path, walk: Walk): SchemaFault[] {
  const tries = branches.map((branch) => check(value, branch, path, walk));
  if (tries.some((faults) => faults.length === 0)) return [];
  const depth = (faults: readonly SchemaFault[]) => Math.max(...faults.map((fault) => fault.path.length));
  return [...tries].sort((a, b) => depth(b) - depth(a))[0] ?? [];
}

function resolve(reference: string, root: unknown): JsonSchema {
  let found: unknown = root;
  for (const part of reference.slice(2).split('/')) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    found = isObject(found) ? found[name] : undefined;
  }
  if (!isObject(found)) throw new RangeError(`the schema has no ${reference}`);
  return found;
}

function isOf(value: unknown, type: string): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unknownField(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return `there is no field "${name}"${near === undefined ? '' : `; did you mean "${near}"?`}`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
