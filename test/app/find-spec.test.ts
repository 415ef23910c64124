import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findSpec } from '../../src/app/find-spec.ts';
import { InvalidInput } from '../../src/problems/problem.ts';

/** A folder with a spec, another spec of another name, and an empty folder two levels below. */
function tree() {
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'headroom-find-')));
  const below = join(top, 'a', 'b');
  mkdirSync(below, { recursive: true });
  writeFileSync(join(top, 'headroom.yaml'), 'name: x\n');
  writeFileSync(join(top, 'other.yaml'), 'name: y\n');
  return { top, below, empty: realpathSync(mkdtempSync(join(tmpdir(), 'headroom-none-'))) };
}

const query = { example: false, mayFallBack: false };

describe('the spec that is planned', () => {
  it('is the one named by the flag, whatever the environment says', () => {
    const { top } = tree();
    const found = findSpec({ ...query, cwd: top, file: 'other.yaml', fileFromEnvironment: 'headroom.yaml' });
    expect(found).toEqual({
      kind: 'file',
      path: join(top, 'other.yaml'),
      shown: 'other.yaml',
      because: '--file',
    });
  });

  it('is the one of HEADROOM_FILE before the nearest one', () => {
    const { top } = tree();
    const found = findSpec({ ...query, cwd: top, fileFromEnvironment: 'other.yaml' });
    expect(found).toMatchObject({ shown: 'other.yaml', because: 'HEADROOM_FILE' });
  });

  it('is the nearest headroom.yaml upward', () => {
    const { top, below } = tree();
    const found = findSpec({ ...query, cwd: below, fileFromEnvironment: '' });
    expect(found).toMatchObject({ kind: 'file', path: join(top, 'headroom.yaml') });
    expect(found).toMatchObject({ shown: '../../headroom.yaml' });
  });

  it('is the built-in example when that is asked for, though a spec is near', () => {
    const { top } = tree();
    expect(findSpec({ ...query, cwd: top, example: true }).kind).toBe('example');
  });

  it('is the built-in example for a person without a spec', () => {
    const { empty } = tree();
    expect(findSpec({ ...query, cwd: empty, mayFallBack: true })).toMatchObject({ kind: 'example' });
  });
});

describe('a spec that is missing', () => {
  const problemOf = (run: () => unknown) => {
    try {
      run();
    } catch (error) {
      if (error instanceof InvalidInput) return error.problems[0];
    }
    return undefined;
  };

  it('is refused for a script, and the advice names the ways out', () => {
    const problem = problemOf(() => findSpec({ ...query, cwd: tree().empty }));
    expect(problem?.code).toBe('bad-file');
    expect(problem?.advice).toMatch(/--file.*init.*--example/);
  });

  it('is refused when it was named, even where a person could fall back', () => {
    const { empty } = tree();
    const problem = problemOf(() => findSpec({ ...query, cwd: empty, file: 'gone.yaml', mayFallBack: true }));
    expect(problem).toMatchObject({ code: 'bad-file', file: 'gone.yaml' });
  });
});
