import type { EmittedFile, Target } from '../types.ts';
import { configsOf } from './configs.ts';
import type { Deadline } from './deadline.ts';
import { durationOf } from './durations.ts';
import { clustersOf } from './kubernetes/cluster.ts';
import { textAt } from './values.ts';

const keys = ['write_request_timeout', 'read_request_timeout'];

/** How long a node of Cassandra waits for the others before it answers who asked: in its own file, or its operator's. */
export function coordinatorDeadlines(
  files: readonly EmittedFile[],
  target: Target,
  cluster: number,
): Deadline[] {
  const inFiles = configsOf(files, target)
    .filter((config) => config.cluster === cluster && /cassandra.*\.ya?ml$/.test(config.name))
    .flatMap((config) =>
      config.text.split('\n').flatMap((text, index) => {
        const [, key = '', value] = /^(\w+_request_timeout):\s*"?([\w.]+)/.exec(text) ?? [];
        return keys.includes(key) ? deadline(key, value, config.path, () => config.lineOf(index + 1)) : [];
      }),
    );
  const objects = target === 'kubernetes' ? (clustersOf(files)[cluster]?.objects ?? []) : [];
  const ofOperator = objects
    .filter(({ kind }) => kind === 'CassandraDatacenter')
    .flatMap(({ doc, value }) =>
      keys.flatMap((key) => {
        const path = ['spec', 'config', 'cassandra-yaml', key];
        return deadline(key, textAt(value, path), doc.file.path, () => doc.lineOf(path));
      }),
    );
  return [...inFiles, ...ofOperator];
}

function deadline(key: string, value: string | undefined, path: string, line: () => number): Deadline[] {
  const seconds = value === undefined ? undefined : durationOf(value);
  if (seconds === undefined) return [];
  return [
    {
      ...{ says: `${key} of the store is`, seconds, path },
      get line() {
        return line();
      },
    },
  ];
}
