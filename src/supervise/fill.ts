import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { ProcessFile } from './process-file.ts';

/** What `${...}` may name. */
export interface Ground {
  /** Folder of the process file, absolute. */
  readonly dir: string;
  /** The program that runs JavaScript, and the folder of the bundled service. */
  readonly node: string;
  readonly service: string;
  /** Folder of a program that must be there. */
  readonly folderOf: (program: string) => string | undefined;
}

export type Fill = (text: string) => string;

/**
 * Makes the folders and secrets of a deployment and fills in its files below `run/filled`. Secrets are made once; what
 * they are is known to these files and nobody else. Returns what fills other texts, such as commands.
 */
export function prepare(file: ProcessFile, ground: Ground, sets: Readonly<Record<string, unknown>>): Fill {
  const run = join(ground.dir, file.run);
  mkdirSync(run, { recursive: true });
  // PostgreSQL runs as a user of its own where we are root, and has to pass.
  chmodSync(run, 0o711);
  writeFileSync(join(run, '.gitignore'), '# Data, logs and secrets.\n*\n');
  const secrets = new Map(file.secrets.map((name) => [name, secretIn(join(run, 'secrets'), name)]));
  const fill = (text: string): string =>
    text.replace(/\$\{([^}]*)\}/g, (_, expression: string) => {
      const [word = '', ...rest] = expression.trim().split(/\s+/);
      const value = knownAs(word, rest.at(-1) ?? '', ground, secrets);
      if (value === undefined) throw new RangeError(`nothing is known as \${${expression}}`);
      return value;
    });
  for (const path of file.filled.flatMap((each) => filesOf(ground.dir, each))) {
    const target = join(run, 'filled', path);
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    writeFileSync(target, filled(readFileSync(join(ground.dir, path), 'utf8'), path, fill, sets), {
      mode: 0o600,
    });
  }
  return fill;
}

function knownAs(
  word: string,
  name: string,
  ground: Ground,
  secrets: ReadonlyMap<string, string>,
): string | undefined {
  if (word === 'dir' || word === 'node' || word === 'service') return ground[word];
  if (word === 'secret') return secrets.get(name);
  if (word === 'folder') return ground.folderOf(name);
  return undefined;
}

function secretIn(folder: string, name: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, name);
  if (!existsSync(path)) writeFileSync(path, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
  return readFileSync(path, 'utf8').trim();
}

function filesOf(dir: string, path: string): string[] {
  if (!statSync(join(dir, path)).isDirectory()) return [path];
  return readdirSync(join(dir, path))
    .sort()
    .map((name) => `${path}/${name}`);
}

/** JSON is filled in its values, so that nothing can break out of them. */
function filled(text: string, path: string, fill: Fill, sets: Readonly<Record<string, unknown>>): string {
  if (!path.endsWith('.json')) return fill(text);
  const config = JSON.parse(text) as unknown;
  for (const [at, value] of Object.entries(sets)) setIn(config, at.split('.'), value);
  return `${JSON.stringify(config, (_, value) => (typeof value === 'string' ? fill(value) : value), 2)}\n`;
}

/** Sets a key whose section is there; what has no such section is not about it. */
function setIn(config: unknown, path: readonly string[], value: unknown): void {
  const last = path.at(-1);
  let at = config;
  for (const key of path.slice(0, -1)) {
    if (typeof at !== 'object' || at === null) return;
    at = (at as Record<string, unknown>)[key];
  }
  if (last !== undefined && typeof at === 'object' && at !== null)
    (at as Record<string, unknown>)[last] = value;
}
