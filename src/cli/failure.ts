import { InvalidInput, type Problem } from '../problems/problem.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { parseProblem } from './parse-problem.ts';

/** How an error is told to people and programs. */
export interface Failure {
  /** Stable word for scripts: a problem's code, `interrupted` or `failure`. */
  readonly code: string;
  readonly message: string;
  readonly problems: readonly Problem[];
  readonly exit: ExitCode;
  /** Where the fault is ours and a stack trace helps. */
  readonly stack?: string;
}

/** What commands know that helps to explain a wrong flag or argument. */
export interface CommandWords {
  readonly flags: readonly string[];
  readonly subcommands: readonly string[];
  /** As typed: `headroom plan fleet`. */
  readonly command: string;
}

/** The failure that an error stands for, whoever threw it. */
export function failureOf(error: unknown, words: CommandWords): Failure {
  if (isNamed(error, 'ExitPromptError') || isNamed(error, 'AbortPromptError')) {
    return { code: 'interrupted', message: 'interrupted', problems: [], exit: exitCodes.interrupted };
  }
  const problems = error instanceof InvalidInput ? error.problems : parseProblem(error, words);
  if (problems) {
    const [first] = problems;
    return {
      code: first?.code ?? 'bad-flag',
      message: problems.length === 1 && first ? first.message : `${problems.length} problems in the input`,
      problems,
      exit: exitCodes.usage,
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? error.stack : undefined;
  return { code: 'failure', message, problems: [], exit: exitCodes.failure, ...(stack ? { stack } : {}) };
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
