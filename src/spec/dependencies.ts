import { isScalar } from 'yaml';
import { type Found, type Reader, text } from './reader.ts';
import type { Dependency, SpecValue } from './types.ts';

const example = 'api and (identityCache or identityData) and queue';
const plain = text(example);

/** The key `dependencies`: which tiers a request needs, in `and`, `or`, `N of (...)` and brackets. */
export const dependencies: Reader<SpecValue<Dependency>> = {
  schema: plain.schema,
  read: (at) => {
    const written = plain.read(at);
    if (written === undefined) return undefined;
    try {
      return { value: parseDependency(written), origin: at.origin };
    } catch (error) {
      if (!(error instanceof DependencyError)) throw error;
      return reportAt(at, error);
    }
  },
};

/** A slip in an expression, with the position in its text. */
class DependencyError extends Error {
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}

interface Token {
  readonly text: string;
  readonly position: number;
}

/** Reads an expression over tiers; `and` binds closer than `or`. Throws DependencyError. */
function parseDependency(written: string): Dependency {
  const tokens: Token[] = [...written.matchAll(/[A-Za-z]\w*|\d+|[(),]|\S/g)].map((match) => ({
    text: match[0],
    position: match.index,
  }));
  let next = 0;
  const peek = () => tokens[next]?.text;
  const fail = (message: string): never => {
    throw new DependencyError(message, tokens[next]?.position ?? written.length);
  };
  const take = (wanted: string): void => {
    if (peek() !== wanted)
      fail(`expected \`${wanted}\`${peek() === undefined ? ' at the end' : `, found \`${peek()}\``}`);
    next += 1;
  };
  const joined = (word: 'and' | 'or', part: () => Dependency): Dependency => {
    const parts = [part()];
    while (peek() === word) {
      next += 1;
      parts.push(part());
    }
    return parts.length === 1 ? (parts[0] as Dependency) : word === 'and' ? { and: parts } : { or: parts };
  };
  const or = (): Dependency => joined('or', () => joined('and', primary));
  const primary = (): Dependency => {
    const word = peek() ?? fail('expected a tier at the end');
    if (word === '(') {
      next += 1;
      const inner = or();
      take(')');
      return inner;
    }
    if (/^\d+$/.test(word)) return vote(Number(word));
    if (!/^[A-Za-z]/.test(word) || ['and', 'or', 'of'].includes(word))
      fail(`expected a tier, found \`${word}\``);
    next += 1;
    return word;
  };
  const vote = (atLeast: number): Dependency => {
    const start = tokens[next]?.position ?? 0;
    next += 1;
    take('of');
    take('(');
    const of = [or()];
    while (peek() === ',') {
      next += 1;
      of.push(or());
    }
    take(')');
    if (atLeast < 1 || atLeast > of.length)
      throw new DependencyError(`\`${atLeast} of\` ${of.length} cannot be`, start);
    return { atLeast, of };
  };
  const whole = or();
  if (peek() !== undefined) fail(`expected \`and\` or \`or\`, found \`${peek()}\``);
  return whole;
}

/** Names of the tiers in an expression, each once. */
export function tiersIn(dependency: Dependency): readonly string[] {
  if (typeof dependency === 'string') return [dependency];
  const parts = 'and' in dependency ? dependency.and : 'or' in dependency ? dependency.or : dependency.of;
  return [...new Set(parts.flatMap(tiersIn))];
}

function reportAt(at: Found, { message, position }: DependencyError): undefined {
  const place = at.source.placeOf(at.written);
  // In a text over several lines, text and source do not run in parallel, so its beginning is pointed at.
  const quote = isScalar(at.node) && at.node.type !== 'PLAIN' ? 1 : 0;
  const inline =
    isScalar(at.node) &&
    at.node === at.written &&
    lengthOf(at.node.range) === (at.text?.length ?? 0) + 2 * quote;
  at.source.problems.push({
    code: 'bad-formula',
    file: at.source.file,
    line: place.line,
    column: place.column + (inline ? position + quote : 0),
    message: `\`${at.path}\`: ${message}`,
    advice: `write for instance \`${example}\`, or \`2 of (a, b, c)\``,
  });
  return undefined;
}

function lengthOf(range: readonly [number, number, number] | null | undefined): number {
  return range ? range[1] - range[0] : -1;
}
