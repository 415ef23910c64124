import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { failureOf } from '../../src/cli/failure.ts';
import { failureJson, failureText, nextText } from '../../src/cli/report.ts';
import { screenOf } from '../../src/cli/terminal.ts';
import { wrapped } from '../../src/cli/wrap.ts';
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

describe('what is told on a narrow terminal', () => {
  const narrow = (columns: number) => screenOf({ isTTY: true, columns }, { NO_COLOR: '1' });
  const long = {
    code: 'out-of-range',
    file: 'deep/folder/headroom.yaml',
    line: 12,
    column: 7,
    message:
      'the shares of the payload classes add up to 90 %, not 100 %, which leaves some requests without one',
    advice:
      'change the shares by 10 % in all, or leave the class that nobody sends out of the list altogether',
  } as const;
  const failure = failureOf(new InvalidInput([long]), words);
  const wordsOf = (text: string) => text.split(/\s+/).filter((word) => word !== '');

  it.each([[40], [60]])('keeps to %i columns and breaks no word', (columns) => {
    const note =
      'measurement: none, the cited figure is used (no measurement here; headroom bench makes one)';
    const purpose = 'sizes every tier; headroom bench measures this machine first';
    for (const text of [
      failureText(failure, narrow(columns), false),
      failureText(failureOf(new TypeError(long.message), words), narrow(columns), false),
      nextText('headroom explain worker.machines.count', purpose, narrow(columns)),
      wrapped(note, narrow(columns), 2),
    ]) {
      expect(text.split('\n').filter((line) => line.length > columns)).toEqual([]);
    }
    expect(wordsOf(failureText(failure, narrow(columns), false))).toEqual(
      wordsOf(failureText(failure, narrow(400), false)),
    );
    expect(wordsOf(wrapped(note, narrow(columns), 2))).toEqual(wordsOf(note));
  });

  it('is one line for each where it fits, and always where no terminal reads it', () => {
    expect(nextText('headroom plan', 'sizes it', narrow(80))).toBe('next: headroom plan  sizes it\n');
    const piped = failureText(failure, screenOf(pipe, { COLUMNS: '40' }), false);
    expect(piped.trimEnd().split('\n')).toHaveLength(2);
  });

  it('shows of a long line of the input the part around the problem', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'headroom-excerpt-')), 'h.yaml');
    writeFileSync(file, `${'x: 1, '.repeat(30)}here: wrong\n`);
    const at = failureOf(new InvalidInput([{ ...long, file, line: 1, column: 181 }]), words);
    const lines = failureText(at, narrow(50), false).split('\n');
    const shown = lines.findIndex((line) => line.startsWith('  1 |'));
    expect(lines[shown]?.length).toBeLessThanOrEqual(50);
    expect(lines[shown]?.slice(lines[shown + 1]?.indexOf('^'))).toMatch(/^here/);
  });
});
