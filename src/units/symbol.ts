import { nearest } from '../problems/nearest.ts';
import { countedThings, findUnit } from './mathjs.ts';
import type { Dimension } from './types.ts';
import { UnitError } from './unit-error.ts';

/** One unit symbol that was understood. */
export interface UnitSymbol {
  /** As it is shown: `KB` is shown as `kB`, `days` as `d`. */
  readonly text: string;
  /** The symbol without prefix: `bit` for `Gbit`, `B` for `KiB`, `s` for `h`, `1` for `%`. */
  readonly base: string;
  readonly factor: number;
  readonly dimension: Dimension;
}

const percent: UnitSymbol = { text: '%', base: '1', factor: 0.01, dimension: {} };

/** Other spellings of a symbol. `KB` is kB (1,000 B): only `KiB` is 1,024 B. */
const spellings: Readonly<Record<string, string>> = {
  ...Object.fromEntries(countedThings.map((thing) => [`${thing}s`, thing])),
  request: 'req',
  requests: 'req',
  reqs: 'req',
  msg: 'message',
  msgs: 'message',
  conn: 'connection',
  conns: 'connection',
  processes: 'process',
  pixel: 'px',
  pixels: 'px',
  megapixel: 'MP',
  megapixels: 'MP',
  dollar: 'USD',
  dollars: 'USD',
  $: 'USD',
  percent: '%',
  sec: 's',
  secs: 's',
  second: 's',
  seconds: 's',
  mins: 'min',
  minute: 'min',
  minutes: 'min',
  hr: 'h',
  hrs: 'h',
  hour: 'h',
  hours: 'h',
  day: 'd',
  days: 'd',
  weeks: 'week',
  months: 'month',
  yr: 'y',
  year: 'y',
  years: 'y',
  byte: 'B',
  bytes: 'B',
  KB: 'kB',
  Kbit: 'kbit',
  Kb: 'kbit',
};

/** What a mistyped symbol may have meant. */
const wellKnown = [
  ...countedThings,
  ...[
    'ns',
    'us',
    'ms',
    's',
    'min',
    'h',
    'd',
    'week',
    'month',
    'y',
    'Hz',
    'kHz',
    'MHz',
    'GHz',
    'Wh',
    'kWh',
    'W',
  ],
  ...['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'KiB', 'MiB', 'GiB', 'TiB', 'bit', 'kbit', 'Mbit', 'Gbit', 'MP'],
];

const families = `units are those of time (ms, s, min, h, d, y), data (kB, MB, MiB, Gbit), %, and ${countedThings.join(', ')}`;

const known = new Map<string, UnitSymbol | undefined>([
  ['%', percent],
  ['percent', percent],
]);

/** The unit behind one symbol, or undefined where there is none. */
export function findSymbol(written: string): UnitSymbol | undefined {
  if (!known.has(written)) known.set(written, lookUp(written));
  return known.get(written);
}

/** The unit behind one symbol. Throws UnitError with the symbol that was probably meant. */
export function readSymbol(written: string): UnitSymbol {
  const symbol = findSymbol(written);
  if (symbol !== undefined) return symbol;
  const meant = nearest(written, [...wellKnown, ...Object.keys(spellings)]);
  throw new UnitError(`unknown unit "${written}"`, meant === undefined ? families : `did you mean ${meant}?`);
}

function lookUp(written: string): UnitSymbol | undefined {
  const plain = written.replace(/^[\u00b5\u03bc]/, 'u').replace(/bits$/, 'bit');
  const spelling = Object.hasOwn(spellings, plain) ? spellings[plain] : undefined;
  const unit = findUnit(spelling ?? plain);
  if (unit === undefined) return undefined;
  const name = unit.name === 'b' ? 'bit' : unit.name;
  return {
    text: unit.prefix + name,
    base: baseOf(name, unit.dimension),
    factor: unit.factor,
    dimension: unit.dimension,
  };
}

/** Units that are multiples of another one of their kind have that one as base; others drop their prefix. */
function baseOf(name: string, dimension: Dimension): string {
  const [only, ...others] = Object.entries(dimension);
  if (name === 'bit' || only === undefined || others.length > 0 || only[1] !== 1) return name;
  return only[0];
}
