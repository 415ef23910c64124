import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { bin, emptyFolder, headroom } from './headroom.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

describe('the program', () => {
  it('prints its version', async () => {
    const { code, stdout, stderr } = await headroom(['--version']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(new RegExp(`^headroom/${version} \\S+ node-v\\d`));
  });

  it.each([[[]], [['--help']], [['-h']], [['help']]])('shows its commands for %j', async (args) => {
    const { code, stdout, stderr } = await headroom(args);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/plan fleet +Size every tier/);
  });

  it('fits its help on one screen', async () => {
    const lines = (await headroom(['--help'])).stdout.split('\n');
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
  });

  it.each([[['plan', 'fleet', '--help']], [['help', 'plan', 'fleet']], [['plan', 'fleet', '-h']]])(
    'shows the flags and examples of a command for %j',
    async (args) => {
      const { code, stdout, stderr } = await headroom(args);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toContain('$ headroom plan fleet --example');
      expect(stdout).toContain('--measurement');
    },
  );

  it('says in one line that it was not built', async () => {
    const clone = emptyFolder();
    mkdirSync(join(clone, 'bin'));
    copyFileSync(bin, join(clone, 'bin', 'run.cjs'));
    const run = await execa(process.execPath, [join(clone, 'bin', 'run.cjs'), 'plan'], { reject: false });
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toBe('headroom: not built: run `npm run build` in the folder of the clone');
  });
});

describe('a word or flag that does not exist', () => {
  it.each([
    ['plna', 'did you mean headroom plan?'],
    ['zzzzzzzz', 'see headroom --help'],
  ])('is refused for the command %s with advice', async (word, advice) => {
    const { code, stdout, stderr } = await headroom([word]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`unknown command ${word}`);
    expect(stderr).toContain(advice);
  });

  it('is refused below a command that exists', async () => {
    const { code, stderr } = await headroom(['plan', 'fleeet']);
    expect(code).toBe(2);
    expect(stderr).toContain('did you mean headroom plan fleet?');
  });

  it('is refused for a flag in one clear line with the flag that was meant', async () => {
    const { code, stdout, stderr } = await headroom(['plan', 'fleet', '--exmaple']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe(
      'error: unknown flag --exmaple\n  → did you mean --example? see headroom plan fleet --help\n',
    );
  });

  it.each([
    ['an unknown flag', ['plan', 'fleet', '--json', '--exmaple'], 'unknown flag --exmaple'],
    ['an unknown flag before --json', ['plan', 'fleet', '--exmaple', '--json'], 'unknown flag --exmaple'],
    ['an unknown command', ['plna', '--json'], 'unknown command plna'],
    ['a flag without its value', ['plan', '--json', '--file'], 'Flag --file expects a value'],
    [
      'flags that exclude each other',
      ['plan', '--json', '--format', 'csv'],
      '--json=true cannot also be provided',
    ],
    ['a value that is none of the options', ['plan', '--format=xml', '--json'], 'to be one of: table'],
  ])('is one small JSON object with --json: %s', async (_, args, message) => {
    const { code, stdout, stderr } = await headroom(args);
    expect([code, stderr]).toEqual([2, '']);
    const error = JSON.parse(stdout);
    expect(Object.keys(error)).toEqual(['schema', 'code', 'message', 'problems']);
    expect(error).toMatchObject({ schema: 'headroom/error/v1', code: 'bad-flag' });
    expect(error.message).toContain(message);
    expect(stdout.split('\n').length).toBeLessThan(20);
  });
});
