import { productText } from './dimension.ts';
import { numberText, roundSignificant, shareText } from './number-text.ts';
import type { UnitSymbol } from './symbol.ts';
import { Decimal, parseUnit, type ReadUnit, readUnit } from './unit.ts';

interface Rung {
  readonly text: string;
  readonly factor: number;
  /** From this many on, the next rung reads better. */
  readonly limit: number;
}

const rung = (text: string, limit: number): Rung => ({ text, factor: parseUnit(text).factor, limit });
const rungs = (texts: readonly string[], limit: number): Rung[] => texts.map((text) => rung(text, limit));

/** Units between which a reader moves freely, smallest first. Built when first needed. */
const ladders: readonly (() => readonly Rung[])[] = [
  () => rungs(['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'], 1000),
  () => rungs(['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'], 1024),
  () => rungs(['bit', 'kbit', 'Mbit', 'Gbit', 'Tbit', 'Pbit'], 1000),
  () => rungs(['px', 'MP'], 1e6),
  () => [
    ...rungs(['ns', 'us', 'ms'], 1000),
    rung('s', 120),
    rung('min', 120),
    rung('h', 48),
    rung('d', 1000),
    rung('y', Number.POSITIVE_INFINITY),
  ],
];
const built: (readonly Rung[])[] = [];

/** Things that are counted one by one; they are shown whole and take a plural. */
const nouns: ReadonlySet<string> = new Set([
  ...['core', 'machine', 'user', 'record', 'message', 'event', 'row', 'connection', 'process'],
]);

/**
 * A value in base units as text for people, in the family of the shown unit: `20.5 Gbit/s`, `256 kB`, `87 ms`,
 * `1,000 cores`, `83.2 %`, `99.99 %`. Three significant digits, the prefix at which the number is readable (the shown
 * one if it is), whole counts in full. Throws UnitError for an unknown unit.
 */
export function formatQuantity(baseValue: number, shownUnit: string): string {
  const unit = readUnit(shownUnit);
  if (unit.text === '%') return `${shareText(baseValue, 100)} %`;
  if (unit.text === '1') return shareText(baseValue, 1);
  const [first, ...others] = unit.parts;
  if (first?.power === 1 && Number.isFinite(baseValue)) {
    const ladder = ladderOf(first.symbol);
    if (ladder !== undefined) return onLadder(baseValue, unit, first.symbol, ladder, others);
  }
  return plainText(baseValue, unit);
}

function onLadder(
  baseValue: number,
  unit: ReadUnit,
  shown: UnitSymbol,
  ladder: readonly Rung[],
  others: ReadUnit['parts'],
): string {
  const amount = new Decimal(baseValue).div(unit.exactFactor).times(shown.factor);
  const chosen = chooseRung(amount.toNumber(), shown.text, ladder);
  const count = amount.div(chosen.factor).toNumber();
  const text = productText([
    [chosen.text, 1],
    ...others.map(({ symbol, power }) => [symbol.text, power] as const),
  ]);
  return `${numberText(count)} ${text.replace(/^us\b/, '\u00b5s')}`;
}

/** The shown rung where the number is readable on it, else the largest on which it is at least 1. */
function chooseRung(amount: number, shownText: string, ladder: readonly Rung[]): Rung {
  const magnitude = Math.abs(amount);
  const readable = ({ factor, limit }: Rung): boolean => {
    const count = roundSignificant(magnitude / factor);
    return count >= 1 && count < limit;
  };
  const shown = ladder.find(({ text }) => text === shownText);
  if (shown !== undefined && (amount === 0 || readable(shown))) return shown;
  const found = ladder.find(readable);
  if (found !== undefined) return found;
  const end = magnitude < (ladder[0]?.factor ?? 1) ? ladder[0] : ladder.at(-1);
  return end ?? { text: shownText, factor: 1, limit: 1 };
}

function plainText(baseValue: number, unit: ReadUnit): string {
  const value = Number.isFinite(baseValue)
    ? new Decimal(baseValue).div(unit.exactFactor).toNumber()
    : baseValue;
  const isNoun = nouns.has(unit.text);
  const number = numberText(value, isNoun);
  return `${number} ${isNoun && number !== '1' ? plural(unit.text) : unit.text}`;
}

function plural(noun: string): string {
  return noun.endsWith('ss') ? `${noun}es` : `${noun}s`;
}

function ladderOf(symbol: UnitSymbol): readonly Rung[] | undefined {
  const index = familyOf(symbol);
  if (index === undefined) return undefined;
  built[index] ??= ladders[index]?.() ?? [];
  return built[index];
}

function familyOf({ base, text }: UnitSymbol): number | undefined {
  if (base === 'B') return /^[KMGTPE]iB$/.test(text) ? 1 : 0;
  if (base === 'bit') return /^[KMGTPE]ibit$/.test(text) ? undefined : 2;
  if (base === 'px') return 3;
  return base === 's' ? 4 : undefined;
}
