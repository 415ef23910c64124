import { readFileSync } from 'node:fs';
import type { Problem } from '../problems/problem.ts';
import type { Failure } from './failure.ts';
import type { Palette, Screen } from './terminal.ts';

/** The one object that is printed instead of a result when `--json` was asked for. */
export function failureJson(failure: Failure): string {
  const { code, message, problems } = failure;
  return `${JSON.stringify({ schema: 'headroom/error/v1', code, message, problems }, null, 2)}\n`;
}

/** A failure for people: each problem with its place and advice, and on a terminal the line with a caret. */
export function failureText(failure: Failure, screen: Screen, debug: boolean): string {
  const { palette } = screen;
  if (failure.code === 'interrupted') return `${palette.red('interrupted')}: nothing was written\n`;
  if (failure.problems.length === 0) return unexpected(failure, palette, debug);
  const texts = failure.problems.map((problem) => problemText(problem, screen));
  return `${texts.join('\n')}\n`;
}

function unexpected(failure: Failure, palette: Palette, debug: boolean): string {
  const head = `${palette.red('error')}: ${failure.message}`;
  if (debug && failure.stack) return `${head}\n${failure.stack}\n`;
  return `${head}\n  ${palette.dim('set HEADROOM_DEBUG=1 to see the stack')}\n`;
}

function problemText(problem: Problem, { palette, isTerminal }: Screen): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  const head = `${palette.bold(place === '' ? 'error' : place)}: ${problem.message}`;
  const excerpt = isTerminal ? excerptOf(problem, palette) : [];
  return [head, ...excerpt, `  ${palette.dim('→')} ${problem.advice}`].join('\n');
}

/** The line that the problem stands on, with a caret below its column; nothing where it cannot be read. */
function excerptOf(problem: Problem, palette: Palette): string[] {
  const { file, line, column } = problem;
  if (file === undefined || line === undefined || problem.code === 'bad-file') return [];
  const text = readLine(file, line);
  if (text === undefined) return [];
  const margin = `${line}`;
  const caret = `${' '.repeat(Math.max(0, (column ?? 1) - 1))}^`;
  return [
    `  ${palette.dim(`${margin} |`)} ${text}`,
    `  ${palette.dim(`${' '.repeat(margin.length)} |`)} ${palette.red(caret)}`,
  ];
}

function readLine(file: string, line: number): string | undefined {
  try {
    // Tabs count as one column in the place, so they are shown as one blank.
    return readFileSync(file, 'utf8').split(/\r?\n/)[line - 1]?.replaceAll('\t', ' ');
  } catch {
    return undefined;
  }
}
