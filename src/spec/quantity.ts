import type { Origin, Uncertainty } from '../sheet/types.ts';
import { dimensionText, pure, sameDimension } from '../units/dimension.ts';
import { parseQuantity } from '../units/quantity.ts';
import type { ParsedQuantity } from '../units/types.ts';
import { parseUnit } from '../units/unit.ts';
import { UnitError } from '../units/unit-error.ts';
import { defaulted, type Key, object, required } from './object.ts';
import type { Found, JsonSchema, Reader } from './reader.ts';
import type { SpecQuantity } from './types.ts';

/** One thing that must hold for a value in base units. */
export interface Check {
  readonly holds: (value: number) => boolean;
  /** What is wrong, from the text as written and the path of the key. */
  readonly message: (text: string, path: string) => string;
  readonly advice: string;
}

export interface QuantityRule {
  /** Unit whose dimension the quantity must have, such as `req/s`; `1` for a pure number; absent where any will do. */
  readonly unit?: string;
  /** A number without unit is taken in `unit`: for counts such as `32` cores. */
  readonly bare?: true;
  readonly example: string;
  readonly checks: readonly Check[];
}

/** Keys of an uncertain value. */
const uncertainKeys = ['low', 'mid', 'high', 'confidence'] as const;

/** A quantity with its unit, or an uncertain one `{low, mid, high, confidence}`; `uncertain` is in base units. */
export function quantity(rule: QuantityRule): Reader<SpecQuantity> {
  return {
    get schema() {
      return quantitySchema(rule);
    },
    read: (at) => (at.entries === undefined ? readOne(at, rule) : readUncertain(at, rule)),
  };
}

/** A key with a default quantity and the reason for it. */
export function assumedQuantity(
  doc: string,
  rule: QuantityRule,
  text: string,
  why: string,
): Key<SpecQuantity, true> {
  return defaulted(doc, quantity(rule), text, () =>
    toSpecQuantity(inUnit(text, rule), { kind: 'assumed', why }),
  );
}

function readOne(at: Found, rule: QuantityRule): SpecQuantity | undefined {
  const written = at.text;
  if (written === undefined) return at.wrongType('a quantity', `write for instance \`${rule.example}\``);
  const parsed = parse(at, written, rule);
  if (parsed === undefined) return undefined;
  const failed = rule.checks.find((check) => !check.holds(parsed.value));
  if (failed !== undefined) {
    return at.report('out-of-range', failed.message(written, at.path), failed.advice);
  }
  return toSpecQuantity(parsed, at.origin);
}

/** Reads text as a quantity of the rule's dimension, or reports why it is none. */
function parse(at: Found, written: string, rule: QuantityRule): ParsedQuantity | undefined {
  try {
    const parsed = inUnit(written, rule);
    if (rule.unit === undefined) return parsed;
    const wanted = parseUnit(rule.unit);
    if (sameDimension(parsed.unit.dimension, wanted.dimension)) return parsed;
    const got = dimensionText(parsed.unit.dimension);
    const expected = dimensionText(wanted.dimension);
    return at.report(
      'bad-quantity',
      `\`${at.path}\` is \`${written}\`, which has the dimension ${got} instead of ${expected}`,
      `write for instance \`${rule.example}\``,
    );
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
    return at.report('bad-quantity', `\`${at.path}\`: ${error.message}`, error.advice);
  }
}

/** A parsed quantity; a bare number is taken in the rule's unit where the rule says so. */
function inUnit(written: string, rule: QuantityRule): ParsedQuantity {
  const parsed = parseQuantity(written);
  if (rule.unit === undefined || rule.bare !== true) return parsed;
  const { dimension, factor } = parsed.unit;
  const isBare = sameDimension(dimension, pure) && factor === 1;
  return isBare && rule.unit !== '1' ? parseQuantity(`${written} ${rule.unit}`) : parsed;
}

function toSpecQuantity(parsed: ParsedQuantity, origin: Origin): SpecQuantity {
  return { value: parsed.value, unit: parsed.unit.text, exact: parsed.exact, origin };
}

function readUncertain(at: Found, rule: QuantityRule): SpecQuantity | undefined {
  const read = uncertainReader(rule).read(at);
  if (read === undefined) return undefined;
  const { low, mid, high, confidence } = read;
  let ordered = true;
  const refuse = (key: 'low' | 'high', relation: string): void => {
    ordered = false;
    const texts = { low: at.at('low')?.text, mid: at.at('mid')?.text, high: at.at('high')?.text };
    at.at(key)?.report(
      'bad-interval',
      `\`${at.path}\`: ${key} \`${texts[key]}\` is ${relation} mid \`${texts.mid}\``,
      'order them: low <= mid <= high',
    );
  };
  if (low.value > mid.value) refuse('low', 'above');
  if (high.value < mid.value) refuse('high', 'below');
  if (!ordered) return undefined;
  const uncertain: Uncertainty = {
    low: low.value,
    mid: mid.value,
    high: high.value,
    confidence: confidence.value,
  };
  return { ...mid, uncertain };
}

function uncertainReader(rule: QuantityRule) {
  const one: Reader<SpecQuantity> = { schema: scalarSchema(rule), read: (at) => readOne(at, rule) };
  const sure: Reader<SpecQuantity> = {
    schema: scalarSchema(confidenceRule),
    read: (at) => readOne(at, confidenceRule),
  };
  return object({
    low: required('Lower end of the interval.', one, `low: ${rule.example}`),
    mid: required('Most likely value; what is planned with.', one, `mid: ${rule.example}`),
    high: required('Upper end of the interval.', one, `high: ${rule.example}`),
    confidence: required('Chance that the truth lies between low and high.', sure, 'confidence: 90 %'),
  } satisfies Record<(typeof uncertainKeys)[number], Key<SpecQuantity, true>>);
}

const confidenceRule: QuantityRule = {
  unit: '1',
  example: '90 %',
  checks: [
    {
      holds: (value) => value > 0 && value < 1,
      message: (written) => `a confidence of ${written} is not a chance between 0 % and 100 %`,
      advice: 'write for instance `confidence: 90 %`',
    },
  ],
};

function scalarSchema(rule: QuantityRule): JsonSchema {
  return { type: ['string', 'number'], examples: [rule.example] };
}

function quantitySchema(rule: QuantityRule): JsonSchema {
  return { anyOf: [scalarSchema(rule), { $ref: '#/$defs/uncertain' }] };
}

/** JSON Schema of an uncertain value, to which those of quantities refer. */
export function uncertainSchema(): JsonSchema {
  return uncertainReader({ example: '10', checks: [] }).schema;
}
