import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { changesOf } from '../../src/emit/changes.ts';
import { lockName, readLock } from '../../src/emit/lock.ts';
import type { EmittedFile } from '../../src/emit/types.ts';
import { isHalfWritten, recover, writeTree } from '../../src/emit/write-tree.ts';
import { InvalidInput } from '../../src/problems/problem.ts';
import { scratch } from './fixture.ts';

type Texts = Readonly<Record<string, string>>;

const files = (texts: Readonly<Record<string, string>>): EmittedFile[] =>
  Object.entries(texts).map(([path, text]) => ({ path, text, reads: [] }));

function write(
  folder: string,
  texts: Readonly<Record<string, string>>,
  options: { take?: string[]; prune?: boolean; keepEdited?: boolean } = {},
) {
  const lock = readLock(folder);
  const changes = changesOf(folder, files(texts), lock);
  writeTree(folder, changes, lock, {
    target: 'local',
    take: new Set(options.take ?? []),
    prune: options.prune ?? false,
    keepEdited: options.keepEdited ?? false,
  });
  return Object.fromEntries(changes.map(({ path, kind }) => [path, kind]));
}

const read = (folder: string, path: string) => readFileSync(join(folder, path), 'utf8');

describe('a tree of emitted files', () => {
  it('is created, then unchanged, then updated', () => {
    const folder = scratch();
    expect(write(folder, { a: '1', 'b/c': '2' })).toEqual({ a: 'create', 'b/c': 'create' });
    expect(write(folder, { a: '1', 'b/c': '2' })).toEqual({ a: 'unchanged', 'b/c': 'unchanged' });
    expect(write(folder, { a: '1', 'b/c': '3' })).toEqual({ a: 'unchanged', 'b/c': 'update' });
    expect(read(folder, 'b/c')).toBe('3');
  });

  it('is not touched when nothing changes', () => {
    const folder = scratch();
    write(folder, { a: '1' });
    const before = [statSync(join(folder, 'a')).mtimeMs, statSync(join(folder, lockName)).ino];
    write(folder, { a: '1' });
    expect([statSync(join(folder, 'a')).mtimeMs, statSync(join(folder, lockName)).ino]).toEqual(before);
    expect(readdirSync(folder).sort()).toEqual(['a', lockName]);
  });

  it('keeps an edit, and goes on noticing it, until it is taken', () => {
    const folder = scratch();
    write(folder, { a: '1', b: '1' });
    writeFileSync(join(folder, 'a'), 'mine');
    expect(write(folder, { a: '2', b: '2' })).toEqual({ a: 'conflict', b: 'update' });
    expect([read(folder, 'a'), read(folder, 'b')]).toEqual(['mine', '2']);
    expect(write(folder, { a: '3', b: '2' })).toEqual({ a: 'conflict', b: 'unchanged' });
    write(folder, { a: '3', b: '2' }, { take: ['a'] });
    expect(read(folder, 'a')).toBe('3');
    expect(write(folder, { a: '3', b: '2' })).toEqual({ a: 'unchanged', b: 'unchanged' });
  });

  it('changes nothing where a folder stands in the place of a file that is to be removed', () => {
    const folder = scratch();
    write(folder, { a: '1', b: '1' });
    rmSync(join(folder, 'b'));
    mkdirSync(join(folder, 'b'));
    expect(() => write(folder, { a: '2' }, { take: ['b'], prune: true })).toThrow('is a folder');
    expect(isHalfWritten(folder)).toBe(false);
    expect(read(folder, 'a')).toBe('1');
  });

  it('never overwrites a file that it did not write', () => {
    const folder = scratch();
    write(folder, { a: '1' });
    writeFileSync(join(folder, 'b'), 'theirs');
    mkdirSync(join(folder, 'c'));
    expect(write(folder, { a: '1', b: '2', c: '3' })).toEqual({
      a: 'unchanged',
      b: 'conflict',
      c: 'conflict',
    });
    expect(read(folder, 'b')).toBe('theirs');
  });

  it('removes stale files only when asked, and never an edited one', () => {
    const folder = scratch();
    write(folder, { a: '1', 'x/y/b': '1', c: '1' });
    writeFileSync(join(folder, 'c'), 'mine');
    expect(write(folder, { a: '1' })).toEqual({ a: 'unchanged', 'x/y/b': 'stale', c: 'staleEdited' });
    expect(existsSync(join(folder, 'x/y/b'))).toBe(true);
    expect(write(folder, { a: '1' }, { prune: true })).toEqual({
      a: 'unchanged',
      'x/y/b': 'stale',
      c: 'staleEdited',
    });
    expect(existsSync(join(folder, 'x'))).toBe(false);
    expect(read(folder, 'c')).toBe('mine');
  });

  it('settles an edited file that is no longer made: removed by force, or the user\u2019s own', () => {
    const folder = scratch();
    write(folder, { a: '1', b: '1', c: '1' });
    for (const path of ['b', 'c']) writeFileSync(join(folder, path), 'mine');
    write(folder, { a: '1' }, { take: ['b'] });
    expect(read(folder, 'b')).toBe('mine');
    write(folder, { a: '1' }, { take: ['b'], prune: true });
    expect(existsSync(join(folder, 'b'))).toBe(false);
    write(folder, { a: '1' }, { keepEdited: true });
    expect(read(folder, 'c')).toBe('mine');
    expect(write(folder, { a: '1' })).toEqual({ a: 'unchanged' });
    expect(write(folder, { a: '1', c: '2' })).toEqual({ a: 'unchanged', c: 'conflict' });
  });

  it('is the old one where a file cannot get to its place', () => {
    const folder = scratch();
    write(folder, { a: '1', b: '1' });
    mkdirSync(join(folder, 'c'));
    writeFileSync(join(folder, 'd'), 'theirs');
    expect(() => write(folder, { a: '2', b: '2', c: '2' }, { take: ['c'] })).toThrow('is a folder');
    expect(() => write(folder, { a: '2', b: '2', 'd/e/f': '2' })).toThrow('is a file');
    expect([read(folder, 'a'), read(folder, 'b'), isHalfWritten(folder)]).toEqual(['1', '1', false]);
    expect(write(folder, { a: '1', b: '1' })).toEqual({ a: 'unchanged', b: 'unchanged' });
  });

  it('refuses a lock that is none', () => {
    const folder = scratch();
    writeFileSync(join(folder, lockName), '{"schema": "other"}');
    expect(() => readLock(folder)).toThrow(InvalidInput);
  });

  it('is the old or the new one after a kill at any step, or says that it is half written', {
    timeout: 120_000,
  }, async () => {
    const folder = scratch();
    const names = Array.from({ length: 4 }, (_, i) => `d${i % 3}/f${i}`);
    const old = Object.fromEntries(names.map((name) => [name, `old ${name}`]));
    const fresh = Object.fromEntries([...names.slice(1), 'e/g'].map((name) => [name, `new ${name}`]));
    const base = join(folder, 'base');
    write(base, old);
    const script = await bundled(join(folder, 'write.mjs'));
    const seen: string[] = [];
    for (let step = 1; seen.at(-1) !== 'done'; step += 1) {
      const tree = join(folder, `tree-${step}`);
      cpSync(base, tree, { recursive: true });
      const killed = await killDuringWrite(script, tree, fresh, step);
      const state = isHalfWritten(tree) ? 'half' : stateOf(tree, old, fresh);
      expect(['old', 'half', 'new']).toContain(state);
      recover(tree);
      expect(stateOf(tree, old, fresh)).toBe(state === 'old' ? 'old' : 'new');
      write(tree, fresh, { prune: true });
      expect(stateOf(tree, old, fresh)).toBe('new');
      expect(filesBelow(tree)).toEqual([...Object.keys(fresh), lockName].sort());
      seen.push(killed ? state : 'done');
    }
    // 4 files and 2 lists are staged; the journal, the files and the lock are moved, and a file is removed.
    expect(seen.length).toBeGreaterThan(6 + 6 + 1);
    expect([...new Set(seen)]).toEqual(['old', 'half', 'new', 'done']);
  });
});

/** By what it holds: all of the texts, and no file of the others. */
function stateOf(tree: string, old: Texts, fresh: Texts) {
  const holds = (texts: Texts, others: Texts) =>
    Object.entries(texts).every(
      ([path, text]) => existsSync(join(tree, path)) && read(tree, path) === text,
    ) && Object.keys(others).every((path) => path in texts || !existsSync(join(tree, path)));
  return holds(old, fresh) ? 'old' : holds(fresh, old) ? 'new' : 'mixed';
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort();
}

/** Whether the writing process was killed at its n-th change of the file system, or ended before it. */
async function killDuringWrite(script: string, tree: string, texts: Texts, step: number): Promise<boolean> {
  const child = spawn(process.execPath, [script, tree, String(step)], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  child.stdin?.end(JSON.stringify(texts));
  const signal = await new Promise((resolve) => child.on('exit', (_, by) => resolve(by)));
  expect(['SIGKILL', null]).toContain(signal);
  return signal === 'SIGKILL';
}

async function bundled(file: string): Promise<string> {
  const { rolldown } = await import('rolldown');
  const input = fileURLToPath(new URL('./killed-write.ts', import.meta.url));
  const bundle = await rolldown({ input, platform: 'node', logLevel: 'silent' });
  await bundle.write({ file, format: 'esm' });
  await bundle.close();
  return file;
}
