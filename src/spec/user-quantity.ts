import { parseQuantity } from '../units/quantity.ts';
import { parseUnit } from '../units/unit.ts';
import { UnitError } from '../units/unit-error.ts';
import { object, optional, required } from './object.ts';
import { quantity } from './quantity.ts';
import { type Found, type JsonSchema, text } from './reader.ts';
import type { SpecQuantity, UserQuantity } from './types.ts';

/** What a name of a quantity looks like: words joined by dots. */
const nameShape = /^[A-Za-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9]*)*$/;

/** A number, perhaps a multiplier, and words that could only be a unit: no operator but `/`, no name with dots. */
const quantityShape =
  /^\s*[-+]?[\d.,_]*\d(?:e[-+]?\d+)?\s*(?:[kMGT]?\s*[A-Za-zµ%][A-Za-zµ%]*(?:\s*\/\s*[A-Za-z]+)*)?\s*$/i;

const anyValue = quantity({ example: '5 ms', checks: [] });
const scalarSchema: JsonSchema = {
  type: ['string', 'number'],
  examples: ['5 ms', 'ceil(worker.busyCores / machine.cores)'],
};

const parts = {
  value: optional('A quantity.', anyValue),
  formula: optional('A formula over names of quantities.', text('2 * worker.busyCores')),
};
const loose = object({
  unit: optional('Unit in which it is shown.', text('req/s')),
  meaning: optional('What the quantity is, as one noun phrase.', text('memory of one job')),
  ...parts,
});
const strict = object({
  unit: required('Unit in which it is shown; `1` for a pure number.', text('req/s'), 'unit: req/s'),
  meaning: required(
    'What the quantity is, as one noun phrase.',
    text('memory of one job'),
    'meaning: memory of one job',
  ),
  ...parts,
});

/** Quantities that replace those of a tier: name to a quantity, a formula, or `{value | formula, unit, meaning}`. */
export function overridesOf(at: Found, tier: string): readonly UserQuantity[] {
  return userQuantities(at, tier, (entry, name) =>
    isDescribed(entry) ? described(entry, name, false) : plain(entry, name),
  );
}

/** Quantities that a tier adds: name to `{unit, meaning, value | formula}`. */
export function quantitiesOf(at: Found, tier: string): readonly UserQuantity[] {
  return userQuantities(at, tier, (entry, name) => described(entry, name, true));
}

export function overridesSchema(): JsonSchema {
  return { type: 'object', additionalProperties: { anyOf: [scalarSchema, anyValue.schema, loose.schema] } };
}

export function quantitiesSchema(): JsonSchema {
  return { type: 'object', additionalProperties: strict.schema };
}

/** The full name of a tier's quantity, whether the tier's id was written before it or not. */
export function fullName(tier: string, name: string): string {
  return name.startsWith(`${tier}.`) ? name : `${tier}.${name}`;
}

function userQuantities(
  at: Found,
  tier: string,
  read: (entry: Found, name: string) => UserQuantity | undefined,
): readonly UserQuantity[] {
  if (at.entries === undefined) {
    at.wrongType('a map of quantities', 'write names with their values, for instance `cpuPerJob: 5 ms`');
    return [];
  }
  const found: UserQuantity[] = [];
  for (const [name, entry] of at.entries) {
    if (!nameShape.test(name)) reportName(at, name);
    else {
      const one = read(entry, fullName(tier, name));
      if (one !== undefined) found.push(one);
    }
  }
  return found;
}

function reportName(at: Found, name: string): void {
  const node = at.keyNode(name);
  if (node === undefined) return;
  const advice = 'use letters and digits, with dots between words, for instance `machines.spare`';
  at.source.report(node, 'wrong-type', `\`${name}\` cannot name a quantity`, advice);
}

function isDescribed(entry: Found): boolean {
  const keys = entry.entries;
  return keys !== undefined && !['low', 'mid', 'high', 'confidence'].some((key) => keys.has(key));
}

function plain(entry: Found, name: string): UserQuantity | undefined {
  const writtenAt = { file: entry.source.file, ...entry.place };
  const written = entry.text;
  if (written === undefined || quantityShape.test(written)) {
    const value = anyValue.read(entry);
    return value === undefined ? undefined : { name, value, text: textOf(entry), writtenAt };
  }
  return { name, formula: written, writtenAt };
}

function described(entry: Found, name: string, added: boolean): UserQuantity | undefined {
  const read = (added ? strict : loose).read(entry);
  if (read === undefined) return undefined;
  const unitSound = read.unit === undefined || isUnit(entry.at('unit'), read.unit);
  const [valueAt, formulaAt] = [entry.at('value'), entry.at('formula')];
  if (valueAt !== undefined && formulaAt !== undefined) {
    return formulaAt.report('unknown-key', `\`${name}\` has both a value and a formula`, 'keep one of them');
  }
  const body = valueAt ?? formulaAt;
  if (body === undefined) {
    return entry.report(
      'missing-key',
      `\`${name}\` has no value and no formula`,
      'add `value: 5 ms` or `formula: ...`',
    );
  }
  if (!unitSound) return undefined;
  const value = valueAt === undefined ? undefined : inUnit(valueAt, read.unit);
  if (valueAt !== undefined && value === undefined) return undefined;
  return {
    name,
    ...(read.unit === undefined ? {} : { unit: read.unit }),
    ...(read.meaning === undefined ? {} : { meaning: read.meaning }),
    ...(value === undefined || valueAt === undefined ? {} : { value, text: textOf(valueAt, read.unit) }),
    ...(read.formula === undefined ? {} : { formula: read.formula }),
    writtenAt: { file: entry.source.file, ...body.place },
  };
}

/** A quantity as it was written, with the unit that stands beside it where it has none of its own. */
function textOf(at: Found, unit = '1'): string {
  const written = at.text ?? at.at('mid')?.text ?? '';
  const isBare = parseQuantity(written).unit.text === '1';
  return isBare && unit !== '1' ? `${written} ${unit}` : written;
}

function inUnit(at: Found, unit: string | undefined): SpecQuantity | undefined {
  const rule = { example: `5 ${unit ?? 'ms'}`, checks: [], bare: true } as const;
  return quantity(unit === undefined ? rule : { ...rule, unit }).read(at);
}

function isUnit(at: Found | undefined, unit: string): boolean {
  try {
    parseUnit(unit);
    return true;
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
    at?.report('bad-quantity', error.message, error.advice);
    return false;
  }
}
