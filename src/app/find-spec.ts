import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { InvalidInput, type Problem } from '../problems/problem.ts';

const specName = 'headroom.yaml';

/** Where a spec may come from, in the order in which it is looked for. */
export interface SpecQuery {
  readonly cwd: string;
  /** `--file`. */
  readonly file?: string | undefined;
  /** HEADROOM_FILE. */
  readonly fileFromEnvironment?: string | undefined;
  /** `--example`: do not look, take the built-in example. */
  readonly example: boolean;
  /** A person at a terminal gets the example where there is no spec; a script gets an error. */
  readonly mayFallBack: boolean;
}

export type FoundSpec =
  | { readonly kind: 'file'; readonly path: string; readonly shown: string; readonly because: string }
  | { readonly kind: 'example'; readonly because: string };

/**
 * The spec to plan from: `--example`, else `--file`, else HEADROOM_FILE, else the nearest headroom.yaml upward,
 * else (where that is allowed) the built-in example. Throws `InvalidInput` where a named file or any spec is missing.
 */
export function findSpec(query: SpecQuery): FoundSpec {
  if (query.example) return { kind: 'example', because: '--example' };
  const named = namedFile(query);
  if (named) return named;
  const nearest = nearestUpward(query.cwd);
  if (nearest) {
    return { kind: 'file', path: nearest, shown: shownPath(query.cwd, nearest), because: 'nearest upward' };
  }
  if (query.mayFallBack) return { kind: 'example', because: `no ${specName} here or above` };
  throw new InvalidInput([
    {
      code: 'bad-file',
      message: `no ${specName} in ${query.cwd} or above`,
      advice:
        'name one with --file, write one with headroom init, or plan the built-in example with --example',
    },
  ]);
}

function namedFile({ cwd, file, fileFromEnvironment }: SpecQuery): FoundSpec | undefined {
  const [named, because] = file ? [file, '--file'] : [fileFromEnvironment, 'HEADROOM_FILE'];
  if (!named) return undefined;
  const path = resolve(cwd, named);
  if (!existsSync(path)) throw new InvalidInput([missing(named, because)]);
  return { kind: 'file', path, shown: named, because };
}

function missing(file: string, because: string): Problem {
  return {
    code: 'bad-file',
    file,
    message: `no such file (${because})`,
    advice: `check the path, or write a new spec there with headroom init --file ${file}`,
  };
}

function nearestUpward(from: string): string | undefined {
  const candidate = join(from, specName);
  if (existsSync(candidate)) return candidate;
  const above = dirname(from);
  return above === from ? undefined : nearestUpward(above);
}

/** Relative where that is shorter than the absolute path. */
function shownPath(cwd: string, path: string): string {
  const near = relative(cwd, path);
  return near.length < path.length ? near : path;
}
