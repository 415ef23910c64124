import { readFileSync } from 'node:fs';
import type { Problem } from '../problems/problem.ts';
import type { Failure } from './failure.ts';
import type { Screen } from './terminal.ts';
import { wrapped } from './wrap.ts';

/** The one object that is printed instead of a result when `--json` was asked for. */
export function failureJson(failure: Failure): string {
  const { code, message, problems } = failure;
  return `${JSON.stringify({ schema: 'headroom/error/v1', code, message, problems }, null, 2)}\n`;
}

/** A failure for people: each problem with its place and advice, and on a terminal the line with a caret. */
export function failureText(failure: Failure, screen: Screen, debug: boolean): string {
  const { palette } = screen;
  if (failure.code === 'interrupted') return `${palette.red('interrupted')}: nothing was written\n`;
  if (failure.problems.length === 0) return unexpected(failure, screen, debug);
  const texts = failure.problems.map((problem) => problemText(problem, screen));
  return `${texts.join('\n')}\n`;
}

/** What to do next: on one line where it fits, else the purpose below the command. */
export function nextText(command: string, purpose: string, screen: Screen): string {
  const { palette, width } = screen;
  const label = 'next: ';
  if (label.length + command.length + 2 + purpose.length <= width) {
    return `${palette.dim('next:')} ${palette.bold(command)}  ${palette.dim(purpose)}\n`;
  }
  const [first, second] = [label + command, ' '.repeat(label.length) + purpose].map((text) =>
    wrapped(text, screen, label.length),
  );
  return `${palette.dim('next:')}${palette.bold(first?.slice(label.length - 1) ?? '')}\n${palette.dim(second ?? '')}\n`;
}

function unexpected(failure: Failure, screen: Screen, debug: boolean): string {
  const { palette } = screen;
  const head = headText('error', failure.message, screen, palette.red);
  if (debug && failure.stack) return `${head}\n${failure.stack}\n`;
  return `${head}\n  ${palette.dim('set HEADROOM_DEBUG=1 to see the stack')}\n`;
}

function problemText(problem: Problem, screen: Screen): string {
  const { palette, isTerminal } = screen;
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  const head = headText(place === '' ? 'error' : place, problem.message, screen, palette.bold);
  const excerpt = isTerminal ? excerptOf(problem, screen) : [];
  const advice = wrapped(`  → ${problem.advice}`, screen, 4).replace('→', palette.dim('→'));
  return [head, ...excerpt, advice].join('\n');
}

/** `label: message`, the label painted unless it had to be broken. */
function headText(label: string, message: string, screen: Screen, paint: (text: string) => string): string {
  const text = wrapped(`${label}: ${message}`, screen, 2);
  return text.startsWith(label) ? paint(label) + text.slice(label.length) : text;
}

/**
 * The line that the problem stands on, with a caret below its column; nothing where it cannot be read. Of a line that is
 * wider than the screen, the part around the column.
 */
function excerptOf({ file, line, column = 1, code }: Problem, { palette, width }: Screen): string[] {
  if (file === undefined || line === undefined || code === 'bad-file') return [];
  const text = readLine(file, line);
  if (text === undefined) return [];
  const margin = `${line}`;
  const room = width - margin.length - 5;
  const from = column <= room ? 0 : column - Math.ceil(room / 2);
  const caret = `${' '.repeat(Math.max(0, column - 1 - from))}^`;
  return [
    `  ${palette.dim(`${margin} |`)} ${text.slice(from, from + room)}`,
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
