import { UnitError } from './unit-error.ts';

/** One factor of a product of units: `s^-1` is symbol `s` with power -1. */
export interface UnitTerm {
  readonly symbol: string;
  readonly power: number;
}

const tokens =
  /\s*(?:([A-Za-z\u00b5\u03bc_$][A-Za-z0-9\u00b5\u03bc_$]*|%)|([*\u00b7/^()])|([-+]?\d+(?:\.\d+)?))/y;
const longest = 80;
const shape = 'write a unit such as B, req/s, Gbit/s, USD/TB or 1, with *, / and ^ between symbols';

/**
 * Reads a product of units as text into its factors in the order of writing; `req/s/core` divides twice, and so does
 * `USD/(TB*y)`. Throws UnitError.
 */
export function readTerms(text: string): UnitTerm[] {
  if (text.length > longest) throw new UnitError(`the unit "${text.slice(0, 30)}..." is too long`, shape);
  const reader = new TermReader(text);
  const terms = reader.product(1);
  reader.expectEnd();
  return terms;
}

class TermReader {
  private readonly text: string;
  private readonly words: readonly string[];
  private place = 0;

  constructor(text: string) {
    this.text = text;
    this.words = split(text);
  }

  product(sign: number): UnitTerm[] {
    const terms = this.words[this.place] === '/' ? [] : this.factor(sign);
    while (['*', '\u00b7', '/'].includes(this.words[this.place] ?? '')) {
      const operator = this.words[this.place++];
      terms.push(...this.factor(operator === '/' ? -sign : sign));
    }
    return terms;
  }

  expectEnd(): void {
    if (this.place < this.words.length) throw this.refuse();
  }

  private factor(sign: number): UnitTerm[] {
    const inner = this.atom(sign);
    if (this.words[this.place] !== '^') return inner;
    this.place++;
    const exponent = Number(this.words[this.place++]);
    if (!Number.isFinite(exponent) || Math.abs(exponent) > 12) throw this.refuse();
    return inner.map(({ symbol, power }) => ({ symbol, power: power * exponent }));
  }

  private atom(sign: number): UnitTerm[] {
    const word = this.words[this.place++];
    if (word === '1') return [];
    if (word === '(') {
      const inner = this.product(sign);
      if (this.words[this.place++] !== ')') throw this.refuse();
      return inner;
    }
    if (word === undefined || !/^[A-Za-z\u00b5\u03bc_$%]/.test(word)) throw this.refuse();
    return [{ symbol: word, power: sign }];
  }

  private refuse(): UnitError {
    return new UnitError(`"${this.text}" cannot be read as a unit`, shape);
  }
}

function split(text: string): string[] {
  const words: string[] = [];
  const matcher = new RegExp(tokens);
  while (matcher.lastIndex < text.trimEnd().length) {
    const match = matcher.exec(text);
    if (match === null) throw new UnitError(`"${text}" cannot be read as a unit`, shape);
    words.push(match[1] ?? match[2] ?? match[3] ?? '');
  }
  return words;
}
