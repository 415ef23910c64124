import { describe, expect, it } from 'vitest';
import { failureOf } from '../../src/cli/failure.ts';
import { failureJson, failureText } from '../../src/cli/report.ts';
import { screenOf } from '../../src/cli/terminal.ts';
import { nearest } from '../../src/problems/nearest.ts';
import { InvalidInput } from '../../src/problems/problem.ts';

const terminal = { isTTY: true, columns: 132 };
const pipe = {};
const words = { flags: [], subcommands: [], command: 'headroom plan' };

describe('a screen', () => {
  it.each([
    ['a terminal', terminal, {}, true],
    ['a pipe', pipe, {}, false],
    ['NO_COLOR in a terminal', terminal, { NO_COLOR: '1' }, false],
    ['an empty NO_COLOR, which says nothing', terminal, { NO_COLOR: '' }, true],
    ['a dumb terminal', terminal, { TERM: 'dumb' }, false],
    ['FORCE_COLOR in a pipe', pipe, { FORCE_COLOR: '1' }, true],
    ['FORCE_COLOR=0 in a terminal', terminal, { FORCE_COLOR: '0' }, false],
  ])('decides about colours for %s', (_, stream, env, expected) => {
    expect(screenOf(stream, env).palette.isColorSupported).toBe(expected);
  });

  it.each([
    ['its terminal', terminal, {}, 132],
    ['COLUMNS before the terminal', terminal, { COLUMNS: '60' }, 60],
    ['80 without either', pipe, {}, 80],
    ['80 for a COLUMNS that is no number', pipe, { COLUMNS: 'wide' }, 80],
    ['40 for less than that', pipe, { COLUMNS: '3' }, 40],
  ])('is as wide as %s', (_, stream, env, expected) => {
    expect(screenOf(stream, env).width).toBe(expected);
  });
});

describe('a suggestion', () => {
  it('is the nearest word', () => {
    expect(nearest('--exmaple', ['--example', '--file'])).toBe('--example');
  });

  it('is none where nothing is near', () => {
    expect(nearest('--foo', ['--example', '--file'])).toBeUndefined();
  });
});

describe('an error', () => {
  const problem = (line: number) =>
    ({
      code: 'out-of-range',
      file: 'h.yaml',
      line,
      column: 3,
      message: `wrong ${line}`,
      advice: 'mend it',
    }) as const;
  const screen = screenOf(pipe, {});

  it('shows all problems of the input in order of line, each with place and advice', () => {
    const failure = failureOf(new InvalidInput([problem(9), problem(2)]), words);
    expect(failure.exit).toBe(2);
    expect(failureText(failure, screen, false)).toBe(
      'h.yaml:2:3: wrong 2\n  → mend it\nh.yaml:9:3: wrong 9\n  → mend it\n',
    );
  });

  it('is one object with all problems as JSON', () => {
    const failure = failureOf(new InvalidInput([problem(9), problem(2)]), words);
    expect(JSON.parse(failureJson(failure))).toEqual({
      schema: 'headroom/error/v1',
      code: 'out-of-range',
      message: '2 problems in the input',
      problems: [problem(2), problem(9)],
    });
  });

  it('that nobody foresaw ends with 1, a short message, and how to see the stack', () => {
    const failure = failureOf(new TypeError('x is not a function'), words);
    expect(failure.exit).toBe(1);
    const text = failureText(failure, screen, false);
    expect(text).toContain('x is not a function');
    expect(text).toContain('HEADROOM_DEBUG=1');
    expect(text).not.toContain('at ');
    expect(failureText(failure, screen, true)).toContain('unit.test.ts');
  });

  it('of a prompt that was left with Ctrl-C ends with 130', () => {
    const left = Object.assign(new Error('User force closed the prompt'), { name: 'ExitPromptError' });
    expect(failureOf(left, words).exit).toBe(130);
  });
});
