import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { Check, CheckResult, Fault } from '../checks.ts';
import type { EmittedFile } from '../types.ts';
import { configsOf } from './configs.ts';
import { documentsOf } from './documents.ts';
import { objectOf } from './kubernetes/objects.ts';

/** An engine that says whether it would take a file. */
interface Engine {
  readonly check: string;
  readonly command: string;
  readonly args: (file: string) => readonly string[];
  /** By the name of a config, which in Kubernetes is a key of a ConfigMap. */
  readonly reads: RegExp;
  /** What only exists where it is deployed is taken out before the engine is asked. */
  readonly without?: RegExp;
}

const engines: readonly Engine[] = [
  {
    check: 'haproxy -c',
    command: 'haproxy',
    args: (file) => ['-c', '-f', file],
    reads: /haproxy.*\.cfg$/,
    // The certificate.
    without: /(?<=^\s*bind\s+\S+) ssl crt \S+( alpn \S+)?/gm,
  },
  {
    check: 'nats-server -t',
    command: 'nats-server',
    args: (file) => ['-t', '-c', file],
    reads: /nats.*\.conf$/,
  },
  {
    check: 'promtool check rules',
    command: 'promtool',
    args: (file) => ['check', 'rules', '--lint=all', '--lint-fatal', file],
    reads: /^rules\.ya?ml$/,
  },
  {
    check: 'promtool test rules',
    command: 'promtool',
    args: (file) => ['test', 'rules', file],
    reads: /[._]test\.ya?ml$/,
  },
  {
    check: 'promtool check config',
    command: 'promtool',
    args: (file) => ['check', 'config', '--syntax-only', file],
    reads: /^prometheus\.ya?ml$/,
  },
  {
    check: 'amtool check-config',
    command: 'amtool',
    args: (file) => ['check-config', file],
    reads: /^alertmanager\.ya?ml$/,
  },
];

/** Most time for one file; the tests of a plan's rules take promtool half a minute on a busy machine. */
const longest = 300_000;

/**
 * The engines that are on the PATH read their files, in a folder of their own, all at once. Where an engine is missing,
 * or `--engines` was not given, the check says so. A certificate, which only exists where it is deployed, is taken out.
 */
export const engineChecks: readonly Check[] = engines.map(
  (engine) =>
    async (files, input): Promise<CheckResult> => {
      const wanted = readBy(engine, files, input.target);
      const none: CheckResult = { check: engine.check, files: wanted.length, faults: [] };
      if (wanted.length === 0) return none;
      if (!input.engines) return { ...none, skipped: 'asked with --engines' };
      if (!isOnPath(engine.command)) {
        return { ...none, skipped: `${engine.command} is not installed; scripts/engines install brings it` };
      }
      const faults = await inFolder(files, wanted, (folder) =>
        Promise.all(wanted.map((file) => ask(engine, folder, file))),
      );
      return { ...none, faults: faults.flat() };
    },
);

interface Wanted {
  readonly path: string;
  /** Where it lies while it is asked about. */
  readonly at: string;
  readonly text: string;
  readonly lineOf: (line: number) => number;
}

function readBy(
  engine: Engine,
  files: readonly EmittedFile[],
  target: Parameters<typeof configsOf>[1],
): Wanted[] {
  const plain = files
    .filter(({ path }) => engine.reads.test(path.split('/').at(-1) ?? '') && !isManifest(path, files))
    .map(({ path, text }) => ({ path, at: path, text, lineOf: (line: number) => line }));
  if (target !== 'kubernetes') return plain;
  const inMaps = configsOf(files, target)
    .filter(({ name }) => engine.reads.test(name))
    .map(({ path, name, text, holder, cluster, lineOf }) => ({
      path,
      at: `maps/${cluster}-${holder}/${name}`,
      text,
      lineOf,
    }));
  return [...plain, ...inMaps].map((wanted) => ({
    ...wanted,
    text: engine.without === undefined ? wanted.text : wanted.text.replace(engine.without, ''),
  }));
}

function isManifest(path: string, files: readonly EmittedFile[]): boolean {
  const file = files.find((each) => each.path === path);
  return file !== undefined && documentsOf(file).some((doc) => objectOf(doc) !== undefined);
}

async function inFolder<T>(
  files: readonly EmittedFile[],
  wanted: readonly Wanted[],
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'headroom-check-'));
  try {
    // The whole tree, since files name each other; what is asked about comes last, as it was prepared.
    for (const { path, text } of [...files, ...wanted.map(({ at, text }) => ({ path: at, text }))]) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function ask(engine: Engine, folder: string, wanted: Wanted): Promise<Fault[]> {
  const file = join(folder, wanted.at);
  const { failed, output } = await run(engine.command, engine.args(file), dirname(file));
  if (!failed) return [];
  const said = output.replaceAll(folder, '').trim();
  const [, line] = /\.(?:cfg|conf|ya?ml):(\d+)/.exec(said) ?? /line (\d+)/.exec(said) ?? [];
  return [
    {
      check: engine.check,
      path: wanted.path,
      ...(line === undefined ? {} : { line: wanted.lineOf(Number(line)) }),
      message: said.split('\n').slice(-6).join(' ').slice(0, 600) || `${engine.command} refuses it`,
      advice: `${engine.command} ${engine.args(wanted.at).join(' ')} says the same`,
    },
  ];
}

function run(
  command: string,
  args: readonly string[],
  cwd: string,
): Promise<{ failed: boolean; output: string }> {
  return new Promise((resolve) => {
    execFile(command, [...args], { cwd, timeout: longest, maxBuffer: 1e7 }, (error, stdout, stderr) => {
      const late = error?.killed ? `no answer within ${longest / 1000} s` : '';
      resolve({ failed: error !== null, output: `${stdout}${stderr}${late}` });
    });
  });
}

function isOnPath(command: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
