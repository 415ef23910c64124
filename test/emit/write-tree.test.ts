import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { changesOf } from '../../src/emit/changes.ts';
import { lockName, readLock } from '../../src/emit/lock.ts';
import type { EmittedFile } from '../../src/emit/types.ts';
import { recover, writeTree } from '../../src/emit/write-tree.ts';
import { InvalidInput } from '../../src/problems/problem.ts';
import { scratch } from './fixture.ts';

type Texts = Readonly<Record<string, string>>;

/** 20 files, the lock and the journal are staged; the journal, the 20 files and the lock are moved. */
const changesInAll = 22 + 22;

const files = (texts: Readonly<Record<string, string>>): EmittedFile[] =>
  Object.entries(texts).map(([path, text]) => ({ path, text, reads: [] }));

function write(
  folder: string,
  texts: Readonly<Record<string, string>>,
  options: { take?: string[]; prune?: boolean } = {},
) {
  const lock = readLock(folder);
  const changes = changesOf(folder, files(texts), lock);
  writeTree(folder, changes, lock, {
    target: 'local',
    take: new Set(options.take ?? []),
    prune: options.prune ?? false,
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

  it('refuses a lock that is none', () => {
    const folder = scratch();
    writeFileSync(join(folder, lockName), '{"schema": "other"}');
    expect(() => readLock(folder)).toThrow(InvalidInput);
  });

  it('is the old or the new one after a kill at any moment', { timeout: 60_000 }, async () => {
    const folder = scratch();
    const names = Array.from({ length: 20 }, (_, i) => `d${i % 5}/f${i}`);
    const old = Object.fromEntries(names.map((name) => [name, `old ${name}`]));
    const fresh = Object.fromEntries(names.map((name) => [name, `new ${name}`]));
    const base = join(folder, 'base');
    write(base, old);
    const script = await bundled(join(folder, 'write.mjs'));
    const seen = new Set<string>();
    for (const dies of [1, 10, 20, 21, 22, 23, 24, 30, 43, 44, changesInAll, changesInAll + 1]) {
      const tree = join(folder, `tree-${dies}`);
      cpSync(base, tree, { recursive: true });
      await killDuringWrite(script, tree, fresh, dies);
      recover(tree);
      const state = stateOf(tree, old, fresh);
      expect(['old', 'new']).toContain(state);
      seen.add(state);
      expect(Object.values(write(tree, fresh))).not.toContain('conflict');
      expect(stateOf(tree, old, fresh)).toBe('new');
    }
    expect([...seen]).toEqual(['old', 'new']);
  });
});

function stateOf(
  tree: string,
  old: Readonly<Record<string, string>>,
  fresh: Readonly<Record<string, string>>,
) {
  const is = (texts: Texts) => Object.entries(texts).every(([path, text]) => read(tree, path) === text);
  return is(old) ? 'old' : is(fresh) ? 'new' : 'mixed';
}

/** Kills the writing process at its n-th change of the file system; the script is bundled once. */
async function killDuringWrite(script: string, tree: string, texts: Texts, dies: number) {
  const child = spawn(process.execPath, [script, tree, String(dies)], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  child.stdin?.end(JSON.stringify(texts));
  const signal = await new Promise((resolve) => child.on('exit', (_, by) => resolve(by)));
  expect(signal).toBe(dies <= changesInAll ? 'SIGKILL' : null);
}

async function bundled(file: string): Promise<string> {
  const { rolldown } = await import('rolldown');
  const input = fileURLToPath(new URL('./killed-write.ts', import.meta.url));
  const bundle = await rolldown({ input, platform: 'node', logLevel: 'silent' });
  await bundle.write({ file, format: 'esm' });
  await bundle.close();
  return file;
}
