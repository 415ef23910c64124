import { nearest } from '../problems/nearest.ts';
import type { Problem } from '../problems/problem.ts';
import type { CommandWords } from './failure.ts';

/** Fields that the parser of flags puts on its errors. */
interface ParserError extends Error {
  readonly oclif?: { readonly exit?: number };
  readonly flags?: readonly string[];
  readonly args?: readonly unknown[];
  readonly parse?: unknown;
}

/**
 * The problems that an error of the flag parser stands for, in one clear sentence each with a suggestion;
 * undefined where the error is not the parser's.
 */
export function parseProblem(error: unknown, words: CommandWords): readonly Problem[] | undefined {
  if (!isParserError(error)) return undefined;
  if (error.constructor.name === 'NonExistentFlagsError') {
    return (error.flags ?? []).map((flag) => unknownFlag(flag, words));
  }
  if (error.constructor.name === 'UnexpectedArgsError') {
    return (error.args ?? []).map((argument) => unexpectedArgument(String(argument), words));
  }
  return [{ code: 'bad-flag', message: firstSentence(error.message), advice: seeHelp(words) }];
}

function isParserError(error: unknown): error is ParserError {
  if (!(error instanceof Error)) return false;
  return 'parse' in error || (error as ParserError).oclif?.exit === 2;
}

function unknownFlag(flag: string, words: CommandWords): Problem {
  const known = words.flags.map((name) => `--${name}`);
  const meant = flag.startsWith('--') ? nearest(flag, known) : undefined;
  return {
    code: 'bad-flag',
    message: `unknown flag ${flag}`,
    advice: meant ? `did you mean ${meant}? ${seeHelp(words)}` : seeHelp(words),
  };
}

function unexpectedArgument(argument: string, words: CommandWords): Problem {
  const meant = nearest(argument, words.subcommands);
  return {
    code: 'bad-flag',
    message: `unexpected argument ${argument}`,
    advice: meant ? `did you mean ${words.command} ${meant}?` : seeHelp(words),
  };
}

/** The parser's messages go over several lines and end in a hint of their own. */
function firstSentence(message: string): string {
  const lines = message.split('\n').map((line) => line.trim());
  const told = lines.filter((line) => line !== '' && line !== 'See more help with --help');
  const [first = 'wrong flags', ...rest] = told;
  const text = /occurred:$/.test(first) && rest.length > 0 ? rest.join('; ') : told.join(' ');
  return text.replace(/\.$/, '');
}

function seeHelp(words: CommandWords): string {
  return `see ${words.command} --help`;
}
