import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nearest } from '../../problems/nearest.ts';
import type { Check, Fault } from '../checks.ts';
import { isObject, type Path } from '../schema/json-schema.ts';
import type { EmittedFile } from '../types.ts';
import { type Doc, documentsOf } from './documents.ts';
import { faultAt, resultOf } from './fault-list.ts';

const name = 'metrics';

interface Expression {
  readonly doc: Doc;
  readonly path: Path;
  readonly text: string;
}

/** Every metric of the service in a rule, panel or scaler is one that the service has, and every recorded one is recorded. */
export const metricsCheck: Check = async (files, { schemas }) => {
  const exposed = exposedNames(schemas);
  const expressions = files.flatMap(expressionsOf);
  const recorded = new Set(files.flatMap(recordedNames));
  const faults = expressions.flatMap((expression) => faultsOf(expression, exposed, recorded));
  return resultOf(name, new Set(expressions.map(({ doc }) => doc.file.path)).size, faults);
};

function faultsOf(
  expression: Expression,
  exposed: ReadonlySet<string>,
  recorded: ReadonlySet<string>,
): Fault[] {
  return metricNames(expression.text).flatMap((metric) => {
    const known = metric.includes(':') ? recorded : exposed;
    if (known.has(metric)) return [];
    const near = nearest(metric, [...known]);
    return [
      faultAt(name, {
        ...expression,
        message: `nothing gives ${metric}${near === undefined ? '' : `; did you mean ${near}?`}`,
        advice: metric.includes(':')
          ? 'record it in a rule file of this tree'
          : 'schemas/metrics.json lists what the service gives',
      }),
    ];
  });
}

/** Metrics of the service and recorded ones in a PromQL expression; those of engines are not ours to know. */
function metricNames(expression: string): string[] {
  const bare = expression.replaceAll(/"(?:[^"\\]|\\.)*"|'[^']*'/g, '').replaceAll(/\{[^}]*\}/g, '');
  const names = bare.match(/[a-zA-Z_][a-zA-Z0-9_:]*/g) ?? [];
  return [
    ...new Set(names.filter((each) => each.startsWith('headroom_') || /^[a-z][\w]*:[\w:]+$/.test(each))),
  ];
}

function exposedNames(schemas: string): Set<string> {
  const { metrics } = JSON.parse(readFileSync(join(schemas, 'metrics.json'), 'utf8')) as {
    metrics: { name: string; type: string }[];
  };
  return new Set(
    metrics.flatMap(({ name: metric, type }) =>
      type === 'histogram' ? ['', '_bucket', '_count', '_sum'].map((end) => metric + end) : [metric],
    ),
  );
}

/** Values of `expr` and `query`, wherever they stand. Tests of rules name series that they make up. */
function expressionsOf(file: EmittedFile): Expression[] {
  if (/[._]test\.ya?ml$/.test(file.path)) return [];
  return documentsOf(file).flatMap((doc) => textsAt(doc, ['expr', 'query']));
}

function recordedNames(file: EmittedFile): string[] {
  return documentsOf(file).flatMap((doc) => textsAt(doc, ['record']).map(({ text }) => text));
}

function textsAt(doc: Doc, keys: readonly string[]): Expression[] {
  const found: Expression[] = [];
  const walk = (value: unknown, path: Path) => {
    if (Array.isArray(value)) for (const [index, each] of value.entries()) walk(each, [...path, index]);
    if (!isObject(value)) return;
    for (const [key, each] of Object.entries(value)) {
      if (keys.includes(key) && typeof each === 'string')
        found.push({ doc, path: [...path, key], text: each });
      else walk(each, [...path, key]);
    }
  };
  walk(doc.value, []);
  return found;
}
