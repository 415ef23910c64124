/** What bounds a value, whatever its type; each is absent in most schemas. */
export interface Bounds {
  readonly [keyword: string]: unknown;
}

type Holds = (value: unknown, bound: never) => boolean;

const rules: Readonly<Record<string, { readonly holds: Holds; readonly says: string }>> = {
  minimum: number((value, bound) => value >= bound, 'at least'),
  maximum: number((value, bound) => value <= bound, 'at most'),
  exclusiveMinimum: number((value, bound) => value > bound, 'above'),
  exclusiveMaximum: number((value, bound) => value < bound, 'below'),
  minLength: text((length, bound) => length >= bound, 'of a length of at least'),
  maxLength: text((length, bound) => length <= bound, 'of a length of at most'),
  minItems: list((length, bound) => length >= bound, 'a list of at least'),
  maxItems: list((length, bound) => length <= bound, 'a list of at most'),
  minProperties: keys((length, bound) => length >= bound, 'an object with a number of keys of at least'),
  maxProperties: keys((length, bound) => length <= bound, 'an object with a number of keys of at most'),
  pattern: {
    holds: (value, bound: string) => typeof value !== 'string' || new RegExp(bound).test(value),
    says: 'a text like',
  },
  uniqueItems: {
    holds: (value, bound: boolean) =>
      !bound ||
      !Array.isArray(value) ||
      new Set(value.map((each) => JSON.stringify(each))).size === value.length,
    says: 'free of duplicates:',
  },
};

/** Keywords that this file knows. */
export const boundKeywords = Object.keys(rules);

/** What a value breaks, in words; undefined where it is within all bounds. */
export function withinBounds(value: unknown, bounds: Bounds): string | undefined {
  for (const keyword of boundKeywords) {
    const bound = bounds[keyword];
    const rule = bound === undefined ? undefined : rules[keyword];
    if (rule !== undefined && !rule.holds(value, bound as never)) {
      return `${JSON.stringify(value).slice(0, 60)} is not ${rule.says} ${String(bound)}`;
    }
  }
  return undefined;
}

function number(holds: (value: number, bound: number) => boolean, says: string) {
  return { holds: (value: unknown, bound: number) => typeof value !== 'number' || holds(value, bound), says };
}

function text(holds: (length: number, bound: number) => boolean, says: string) {
  // Characters, not UTF-16 units, are counted.
  return {
    holds: (value: unknown, bound: number) => typeof value !== 'string' || holds([...value].length, bound),
    says,
  };
}

function list(holds: (length: number, bound: number) => boolean, says: string) {
  return {
    holds: (value: unknown, bound: number) => !Array.isArray(value) || holds(value.length, bound),
    says,
  };
}

function keys(holds: (length: number, bound: number) => boolean, says: string) {
  return {
    holds: (value: unknown, bound: number) =>
      typeof value !== 'object' ||
      value === null ||
      Array.isArray(value) ||
      holds(Object.keys(value).length, bound),
    says,
  };
}
