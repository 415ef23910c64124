import { accessSync, constants } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Check, CheckResult } from '../checks.ts';
import { throwAwayCertificate } from './certificate.ts';
import { refusals } from './engine-answer.ts';
import { inFolder, type Wanted, wantedBy } from './engine-files.ts';

/** An engine that says whether it would take a file. */
interface Engine {
  readonly check: string;
  readonly command: string;
  readonly args: (file: string) => readonly string[];
  /** By the name of a config, which in Kubernetes is a key of a ConfigMap. */
  readonly reads: RegExp;
  /** Where the config names a certificate, as a path or as a variable. */
  readonly certificates?: RegExp;
}

const engines: readonly Engine[] = [
  {
    check: 'haproxy -c',
    command: 'haproxy',
    args: (file) => ['-c', '-f', file],
    reads: /haproxy.*\.cfg$/,
    certificates: /(?<=^\s*(?:bind|server|default-server)\s.*\s(?:crt|ca-file)\s+)\S+/gm,
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
 * or `--engines` was not given, the check says so.
 */
export const engineChecks: readonly Check[] = engineChecksWithin(longest);

/** The same with another limit for each file, in milliseconds: an engine that has not answered by then is killed. */
export function engineChecksWithin(limit: number): readonly Check[] {
  return engines.map((engine) => async (files, input): Promise<CheckResult> => {
    const wanted = wantedBy(engine.reads, files, input.target);
    const none: CheckResult = { check: engine.check, files: wanted.length, faults: [] };
    if (wanted.length === 0) return none;
    if (!input.engines) return { ...none, skipped: 'asked with --engines' };
    if (!isOnPath(engine.command)) {
      return { ...none, skipped: `${engine.command} is not installed; scripts/engines install brings it` };
    }
    const prepared = wanted.map((each) => prepare(engine, each));
    const faults = await inFolder(files, prepared, async (folder) => {
      if (engine.certificates) await writeFile(join(folder, certificateName), throwAwayCertificate());
      return Promise.all(
        prepared.map((config) => {
          const env = Object.fromEntries(
            config.variables.map((name) => [name, join(folder, certificateName)]),
          );
          return refusals({ ...engine, args: engine.args(config.at), env, folder, longest: limit }, config);
        }),
      );
    });
    return { ...none, faults: faults.flat() };
  });
}

const certificateName = 'headroom-check.pem';
/** Holds its whole path, since a config may say where paths begin (`crt-base`). */
const certificateVariable = 'HEADROOM_CHECK_CERTIFICATE';

interface Prepared extends Wanted {
  /** Variables that have to hold the path of a certificate. */
  readonly variables: readonly string[];
}

/** A config that finds a throw-away certificate where its own will be, which only exists where it is deployed. */
function prepare({ certificates }: Engine, config: Wanted): Prepared {
  if (certificates === undefined) return { ...config, variables: [] };
  const variables: string[] = [];
  const text = config.text.replace(certificates, (word) => {
    const [, variable] = /^"?\$\{(\w+)\}"?$/.exec(word) ?? [];
    variables.push(variable ?? certificateVariable);
    return variable === undefined ? `"\${${certificateVariable}}"` : word;
  });
  return { ...config, text, variables };
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
