// Writes a tree and kills itself at the n-th change of the file system: argv is the folder and n, stdin the texts;
// what was written before and is not among them is removed.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { changesOf } from '../../src/emit/changes.ts';
import { readLock } from '../../src/emit/lock.ts';
import { writeTree } from '../../src/emit/write-tree.ts';

const [, , folder = '', dies = '1'] = process.argv;
const texts = JSON.parse(fs.readFileSync(0, 'utf8')) as Record<string, string>;
let left = Number(dies);
for (const name of ['mkdirSync', 'writeFileSync', 'renameSync', 'rmSync', 'rmdirSync'] as const) {
  const real = fs[name] as (...words: unknown[]) => void;
  fs[name] = ((...words: unknown[]) => {
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
    return real(...words);
  }) as never;
}
syncBuiltinESMExports();

const files = Object.entries(texts).map(([path, text]) => ({ path, text, reads: [] }));
const lock = readLock(folder);
const options = { target: 'local', take: new Set<string>(), prune: true, keepEdited: false } as const;
writeTree(folder, changesOf(folder, files, lock), lock, options);
