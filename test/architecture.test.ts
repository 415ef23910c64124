import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const longest = 250;

/** Which folder may import from which; a folder may always import from itself. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  commands: ['app', 'render', 'cli'],
  app: [
    'spec',
    'measurement',
    'plan',
    'rules',
    'evidence',
    'simulate',
    'emit',
    'supervise',
    'bench',
    'sheet',
  ],
  plan: ['sheet', 'tiers', 'spec', 'measurement', 'evidence', 'models'],
  tiers: ['sheet', 'models'],
  sheet: ['models'],
  rules: ['plan', 'models'],
  evidence: ['models'],
  simulate: ['plan', 'models'],
  bench: ['measurement', 'models', 'rules'],
  render: ['plan', 'rules'],
  emit: ['plan', 'rules'],
  spec: [],
  measurement: [],
  supervise: [],
  models: [],
  cli: [],
  problems: [],
  units: [],
  // What plan, emit and service agree on.
  service: ['schemas', 'package.json'],
};

/** Anyone but the models and the service may import these. */
const leaves = ['problems', 'units'];

/** Types that travel with the plan, or are the contract of a file: they may be named wherever `import type` is enough. */
const typeArrows: Readonly<Record<string, readonly string[]>> = {
  render: ['sheet', 'measurement', 'spec', 'emit'],
  emit: ['sheet', 'spec'],
  spec: ['sheet'],
};

interface Import {
  readonly file: string;
  readonly from: string;
  readonly target: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const files = ['src', 'bench', 'service'].flatMap((folder) => sources(folder));
const imports = files.flatMap(importsOf);

describe('the house', () => {
  it('has only the folders that the design names', () => {
    const folders = new Set(files.map(folderOf));
    expect([...folders].filter((folder) => !(folder in arrows))).toEqual([]);
  });

  it('imports only along the arrows of the design', () => {
    expect(imports.filter((each) => !isAllowed(each)).map(describeImport)).toEqual([]);
  });

  it('has no circle of imports', () => {
    expect(circles()).toEqual([]);
  });

  it('keeps every file short enough to be one noun or one law', () => {
    const long = files.filter((file) => read(file).split('\n').length > longest);
    expect(long).toEqual([]);
  });

  it('reads nothing outside the repository', () => {
    // The service has a folder of that name, which is inside.
    const isInside = (file: string) => file.startsWith('service/') && !file.startsWith('service/shared/');
    const pattern = (file: string) =>
      isInside(file) ? /['"`][^'"`\n]*\.\.\/\.\.\/[^'"`\n]*shared\// : /['"`][^'"`\n]*\.\.\/shared\//;
    const outside = files.filter((file) => pattern(file).test(read(file)));
    expect(outside).toEqual([]);
  });

  it('names its exports, so that a search for a name finds it', () => {
    expect(files.filter((file) => /^export default /m.test(read(file)))).toEqual([]);
  });

  it('tells an allowed import from a forbidden one', () => {
    const base = { file: 'x', target: 'y', typeOnly: false };
    expect(isAllowed({ ...base, from: 'commands', to: 'app' })).toBe(true);
    expect(isAllowed({ ...base, from: 'app', to: 'commands' })).toBe(false);
    expect(isAllowed({ ...base, from: 'models', to: 'units' })).toBe(false);
    expect(isAllowed({ ...base, from: 'render', to: 'sheet' })).toBe(false);
    expect(isAllowed({ ...base, from: 'render', to: 'sheet', typeOnly: true })).toBe(true);
  });
});

function sources(folder: string): string[] {
  let entries: string[];
  try {
    entries = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  } catch {
    return [];
  }
  return entries
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name).replaceAll('\\', '/'));
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** `src/plan/build.ts` stands in `plan`, `bench/corpus.ts` in `bench`. */
function folderOf(file: string): string {
  const [first = '', second = ''] = file.split('/');
  return first === 'src' ? second : first;
}

function importsOf(file: string): Import[] {
  const statement =
    /(?:^|\n)\s*(import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?['"](\.[^'"]+)['"]|import\(\s*['"](\.[^'"]+)['"]\s*\)/g;
  return [...read(file).matchAll(statement)].map(([, , type, stated, dynamic]) => {
    const target = relative(root, resolve(root, dirname(file), stated ?? dynamic ?? '')).replaceAll(
      '\\',
      '/',
    );
    return { file, from: folderOf(file), target, to: folderOf(target), typeOnly: type !== undefined };
  });
}

function isAllowed({ from, to, typeOnly }: Import): boolean {
  if (from === to) return true;
  if (leaves.includes(to)) return from !== 'models' && from !== 'service';
  if (typeOnly && typeArrows[from]?.includes(to)) return true;
  return arrows[from]?.includes(to) ?? false;
}

function describeImport({ file, target }: Import): string {
  return `${file} imports ${target}`;
}

/** Circles among imports that happen at run time; types alone do no harm. */
function circles(): string[] {
  const edges = new Map<string, string[]>();
  for (const { file, target, typeOnly } of imports) {
    if (!typeOnly) edges.set(file, [...(edges.get(file) ?? []), target]);
  }
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, path: readonly string[]) => {
    const at = path.indexOf(file);
    if (at >= 0) found.push([...path.slice(at), file].join(' -> '));
    if (at >= 0 || done.has(file)) return;
    for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  return found;
}
