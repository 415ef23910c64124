import { createUnitClass } from 'mathjs';
import type { Dimension } from './types.ts';

// The only file that touches the units of mathjs: its table of symbols, prefixes and dimensions.

declare module 'mathjs' {
  // mathjs exports this factory; its type declarations leave it out.
  export const createUnitClass: (scope: Record<string, unknown>) => unknown;
}

/** What mathjs knows about a unit symbol; `factor` leads to the base units (second, byte). */
export interface KnownUnit {
  readonly prefix: string;
  readonly name: string;
  readonly factor: number;
  readonly dimension: Dimension;
}

interface UnitClass {
  new (value: number, symbol: string): UnitInstance;
  readonly BASE_DIMENSIONS: readonly string[];
  isValuelessUnit(symbol: string): boolean;
  createUnit(units: object, options: { readonly override: boolean }): unknown;
}

interface UnitInstance {
  readonly value: number;
  readonly dimensions: readonly number[];
  readonly units: readonly {
    readonly unit: { readonly name: string };
    readonly prefix: { readonly name: string };
  }[];
}

/** Things that are counted. Each is a dimension of its own, so that cores and machines do not add up. */
export const countedThings: readonly string[] = [
  'req',
  'core',
  'machine',
  'user',
  'record',
  'message',
  'event',
  'row',
  'connection',
  'process',
  'px',
  'USD',
];

/** Units with a short name that mathjs lacks. A year is the Julian year of 365.25 days. */
const derivedUnits: Readonly<Record<string, object>> = {
  bit: { definition: '1 b', prefixes: 'binary_short' },
  d: { definition: '1 day' },
  y: { definition: '1 year' },
  MP: { definition: '1e6 px' },
};

/** Of all the units of mathjs those that a capacity plan speaks of; the others would only hide typing errors. */
const admitted: ReadonlySet<string> = new Set([
  ...countedThings,
  ...Object.keys(derivedUnits),
  ...['s', 'second', 'min', 'minute', 'h', 'hour', 'day', 'week', 'month', 'year', 'Hz'],
  ...['b', 'B', 'byte', 'W', 'Wh', 'J'],
]);

const baseNames: Readonly<Record<string, string>> = { MASS: 'kg', LENGTH: 'm', TIME: 's', BIT: 'B' };
const bitsPerByte = 8;

let unitClass: UnitClass | undefined;

/** Looks up one symbol such as `kB`, `Gbit` or `req`; undefined where it is no unit of a capacity plan. */
export function findUnit(symbol: string): KnownUnit | undefined {
  unitClass ??= buildUnitClass();
  if (!unitClass.isValuelessUnit(symbol)) return undefined;
  const instance = new unitClass(1, symbol);
  const part = instance.units[0];
  if (part === undefined || !admitted.has(part.unit.name)) return undefined;
  const dimension: Record<string, number> = {};
  for (const [index, power] of instance.dimensions.entries()) {
    const base = unitClass.BASE_DIMENSIONS[index];
    if (base !== undefined && power !== 0) dimension[baseNames[base] ?? base] = power;
  }
  const factor = dimension['B'] === undefined ? instance.value : instance.value / bitsPerByte;
  return { prefix: part.prefix.name, name: part.unit.name, factor, dimension };
}

/**
 * The unit class of mathjs over plain numbers. Injecting the arithmetic spares the start-up of its complex numbers,
 * fractions and big numbers (60 ms), which units need for nothing here.
 */
function buildUnitClass(): UnitClass {
  const built = createUnitClass({
    config: { number: 'number', predictable: false },
    addScalar: (a: number, b: number) => a + b,
    subtractScalar: (a: number, b: number) => a - b,
    multiplyScalar: (a: number, b: number) => a * b,
    divideScalar: (a: number, b: number) => a / b,
    pow: Math.pow,
    abs: Math.abs,
    fix: Math.trunc,
    round: Math.round,
    equal: (a: number, b: number) => a === b,
    isNumeric: (value: unknown) => typeof value === 'number',
    format: String,
    number: Number,
    Complex: Object,
    BigNumber: Object,
    Fraction: Object,
  }) as UnitClass;
  const counted = Object.fromEntries(countedThings.map((name) => [name, { baseName: name }]));
  built.createUnit({ ...counted, ...derivedUnits }, { override: true });
  return built;
}
