import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { boundKeywords } from '../../../src/emit/schema/bounds.ts';
import { isObject, type JsonSchema, schemaFaults } from '../../../src/emit/schema/json-schema.ts';
import { emittedTree, schemas } from '../checks/tree.ts';

type Root = JsonSchema & { readonly kinds?: Readonly<Record<string, JsonSchema>> };

const read = (name: string) => JSON.parse(readFileSync(`${schemas}/${name}`, 'utf8')) as Root;
const names = [
  ...readdirSync(`${schemas}/kubernetes`).map((name) => `kubernetes/${name}`),
  ...['kustomization.json', 'compose.json', 'processes.json', 'service-config.json'],
  ...['grafana-dashboard.json', 's3-lifecycle.json', 's3-object-lock.json'],
];

const structure = [
  '$ref',
  'type',
  'const',
  'enum',
  'properties',
  'patternProperties',
  'additionalProperties',
  'propertyNames',
];
const branches = ['unevaluatedProperties', 'required', 'items', 'anyOf', 'oneOf', 'allOf', 'not'];
const prose = [
  '$schema',
  '$comment',
  'title',
  'description',
  'default',
  'deprecated',
  'definitions',
  '$defs',
  'x-quantity',
  // An annotation where no validator is asked to assert it.
  'format',
];
const known = new Set([...structure, ...branches, ...boundKeywords, ...prose, 'kinds', 'source']);

describe('the walk over JSON Schemas', () => {
  it.each(names)('knows every keyword of %s', (name) => {
    const found = new Set<string>();
    keywords(read(name), found);
    expect([...found].filter((keyword) => !known.has(keyword))).toEqual([]);
  });

  it('agrees with ajv on what is emitted and on thousands of mistakes in it', { timeout: 300_000 }, () => {
    const samples = kubernetesSamples();
    expect(samples.length).toBeGreaterThan(60);
    const validators = new Map<string, (value: unknown) => boolean>();
    const compiled = (id: string, schema: JsonSchema, root: Root) => {
      const found = validators.get(id) ?? ajvFor(schema, root);
      validators.set(id, found);
      return found;
    };
    let wrong = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.nat(),
        fc.nat(),
        ({ id, value, schema, root }, place, kind) => {
          const mutant = mutated(value, place, kind);
          const ours = schemaFaults(mutant, schema, root).length === 0;
          if (!ours) wrong += 1;
          expect({ id, mutant, holds: ours }).toEqual({
            id,
            mutant,
            holds: compiled(id, schema, root)(mutant),
          });
        },
      ),
      { numRuns: 3000, seed: 6 },
    );
    expect(wrong).toBeGreaterThan(1000);
  });

  it('agrees with ajv on compose files, whose services are put together of parts', () => {
    const root = read('compose.json');
    const validate = new Ajv2020({ strict: false }).compile(root);
    const service = { image: 'a:1', ports: ['80:80'], deploy: { replicas: 2 }, 'x-own': 1 };
    for (const value of [
      { services: { api: service }, networks: { front: null } },
      { services: { api: { ...service, prots: [] } } },
      { services: { api: { ...service, image: 3 } } },
      { services: { api: { ...service, healthcheck: { intervall: '1s' } } } },
      { servics: {} },
    ]) {
      expect([value, schemaFaults(value, root, root).length === 0]).toEqual([value, validate(value)]);
    }
  });

  it('agrees with ajv on process files', () => {
    const root = read('processes.json');
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(root);
    const file = emittedTree('local').files.find(({ path }) => path === 'processes.yaml');
    const whole = parseAllDocuments(file?.text ?? '')[0]?.toJS() as Record<string, unknown>;
    const process = { tier: 'x', command: ['x'], grace: 1 };
    for (const value of [
      whole,
      { ...whole, secret: [] },
      { ...whole, processes: { x: process } },
      { ...whole, processes: { X: process } },
      { ...whole, processes: { x: { ...process, need: [] } } },
      { ...whole, processes: { x: { ...process, command: [] } } },
      { ...whole, processes: { x: { ...process, ports: ['127.0.0.1'] } } },
      { ...whole, processes: { x: { ...process, ready: { http: 'http://x/', tcp: '1.2.3.4:5' } } } },
      { ...whole, filled: ['../above'] },
    ]) {
      expect([value, schemaFaults(value, root, root).length === 0]).toEqual([value, validate(value)]);
    }
    expect(schemaFaults(whole, root, root)).toEqual([]);
  });

  it('says where and what, and what was meant', () => {
    const schema: JsonSchema = {
      type: 'object',
      additionalProperties: false,
      properties: { replicas: { type: 'integer', minimum: 1 } },
    };
    expect(schemaFaults({ replica: 1 }, schema, schema)).toEqual([
      { path: ['replica'], message: 'there is no field "replica"; did you mean "replicas"?' },
    ]);
    expect(schemaFaults({ replicas: 0 }, schema, schema)).toEqual([
      { path: ['replicas'], message: '0 is not at least 1' },
    ]);
    expect(schemaFaults({ replicas: '1' }, schema, schema)).toEqual([
      { path: ['replicas'], message: '"1" is not integer' },
    ]);
  });

  it('asks nothing of a patch but known fields', () => {
    const schema: JsonSchema = {
      required: ['a'],
      properties: { a: { type: 'string' } },
      additionalProperties: false,
    };
    expect(schemaFaults({}, schema, schema)).toHaveLength(1);
    expect(schemaFaults({ a: null }, schema, schema, { partial: true })).toEqual([]);
    expect(schemaFaults({ b: 1 }, schema, schema, { partial: true })).toHaveLength(1);
  });

  it('throws for a reference that points nowhere', () => {
    expect(() => schemaFaults(1, { $ref: '#/definitions/none' }, {})).toThrow(RangeError);
  });
});

/** Keywords of a schema and of those within it; names of properties are no keywords. */
function keywords(schema: unknown, found: Set<string>): void {
  if (!isObject(schema)) return;
  for (const [key, value] of Object.entries(schema)) {
    found.add(key);
    if (['properties', 'patternProperties', 'definitions', '$defs', 'kinds'].includes(key)) {
      for (const each of Object.values(value as object)) keywords(each, found);
    } else if (['items', 'additionalProperties', 'propertyNames', 'not'].includes(key))
      keywords(value, found);
    else if (['anyOf', 'oneOf', 'allOf'].includes(key))
      for (const each of value as unknown[]) keywords(each, found);
  }
}

function kubernetesSamples() {
  const kinds = new Map(
    names
      .filter((name) => name.startsWith('kubernetes/') || name === 'kustomization.json')
      .map(read)
      .flatMap((root) =>
        Object.entries(root.kinds ?? {}).map(([id, schema]) => [id, { schema, root }] as const),
      ),
  );
  return emittedTree('kubernetes').files.flatMap(({ path, text }) =>
    /\.ya?ml$/.test(path) && !path.startsWith('observability/') && !path.startsWith('overlays/')
      ? parseAllDocuments(text).flatMap((document) => {
          const value = document.toJS() as Record<string, unknown> | null;
          const id = `${String(value?.['apiVersion'])}/${String(value?.['kind'])}`;
          const kind = kinds.get(id);
          return kind === undefined || value === null ? [] : [{ id, value, ...kind }];
        })
      : [],
  );
}

function ajvFor(schema: JsonSchema, root: Root): (value: unknown) => boolean {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const { definitions, kinds } = root;
  return ajv.compile({ ...schema, definitions, kinds }) as (value: unknown) => boolean;
}

/** A copy with one thing changed: a key renamed or removed, or a value of another kind. */
function mutated(value: unknown, place: number, kind: number): unknown {
  const copy = structuredClone(value);
  const places: { holder: Record<string, unknown>; key: string }[] = [];
  const walk = (each: unknown) => {
    if (typeof each !== 'object' || each === null) return;
    for (const [key, inner] of Object.entries(each)) {
      places.push({ holder: each as Record<string, unknown>, key });
      walk(inner);
    }
  };
  walk(copy);
  const chosen = places[place % places.length];
  if (chosen === undefined) return copy;
  const { holder, key } = chosen;
  if (Array.isArray(holder)) holder[Number(key)] = [1.5, 'text', { odd: true }, [], true][kind % 5];
  else if (kind % 6 === 0) delete holder[key];
  else if (kind % 6 === 1) {
    holder[`${key}x`] = holder[key];
    delete holder[key];
  } else holder[key] = [1.5, 'text', { odd: true }, [], true, -1, 0][kind % 7];
  return copy;
}
