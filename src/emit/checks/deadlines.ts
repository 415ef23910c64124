import type { Check, CheckInput, Fault } from '../checks.ts';
import type { EmittedFile } from '../types.ts';
import { type Config, configsOf, type RoleConfig, roleConfigsOf } from './configs.ts';
import type { Deadline } from './deadline.ts';
import { durationOf } from './durations.ts';
import { resultOf } from './fault-list.ts';
import { coordinatorDeadlines } from './store-deadlines.ts';
import { numberAt } from './values.ts';

const name = 'deadlines nest';

/**
 * Who waits for another waits longer: client, load balancer, API, queue, worker. Read from the files, so that an edit of
 * a template that breaks the order is found. The client is not ours: its deadline is the plan's.
 */
export const deadlinesCheck: Check = async (files, input) => {
  const overlays = new Set(configsOf(files, input.target).map(({ cluster }) => cluster));
  const faults = [...overlays].flatMap((cluster) => {
    const chain = chainOf(files, input, cluster);
    return [
      ...chain.slice(1).flatMap((inner, index) => nestFaults(chain[index] ?? [], inner)),
      ...waits(files, input, cluster),
    ];
  });
  return resultOf(name, files.length, faults);
};

function chainOf(files: readonly EmittedFile[], { target, plan }: CheckInput, cluster: number): Deadline[][] {
  const configs = configsOf(files, target).filter((config) => config.cluster === cluster);
  const roles = roleConfigsOf(files, target).filter((config) => config.cluster === cluster);
  const client = plan.quantities.get('client.deadline');
  return [
    client === undefined ? [] : [{ says: 'the client waits', seconds: client.value, path: '', line: 1 }],
    configs.flatMap((config) => proxyTimeouts(config, 'server', 'the load balancer waits')),
    roleDeadlines(roles, ['api', 'deadline'], 'the API answers within'),
    roleDeadlines(roles, ['api', 'queue', 'maxAge'], 'a job may wait in the queue for'),
    roleDeadlines(roles, ['worker', 'deadline'], 'a worker resizes within'),
  ].filter((level) => level.length > 0);
}

/** A repeated delivery, a publish, a lookup of a key and a write of usage, each within what waits for it. */
function waits(files: readonly EmittedFile[], { target }: CheckInput, cluster: number): Fault[] {
  const roles = roleConfigsOf(files, target).filter((config) => config.cluster === cluster);
  const inApi = (...path: string[]) => roleDeadlines(roles, ['api', ...path], `api.${path.join('.')} is`);
  const again = [
    ...inApi('queue', 'ackWait'),
    ...roleDeadlines(roles, ['worker', 'queue', 'ackWait'], 'worker.queue.ackWait is'),
  ];
  const work = roleDeadlines(roles, ['worker', 'deadline'], 'a worker resizes within');
  const store = [
    ...inApi('usage', 'store', 'timeout'),
    ...roleDeadlines(roles, ['usage', 'store', 'timeout'], 'usage.store.timeout is'),
  ];
  return [
    ...nestFaults(store, coordinatorDeadlines(files, target, cluster)),
    ...nestFaults(again, work),
    ...nestFaults(inApi('deadline'), inApi('queue', 'publishTimeout')),
    ...nestFaults(inApi('deadline'), inApi('identity', 'timeout')),
  ];
}

function nestFaults(outer: readonly Deadline[], inner: readonly Deadline[]): Fault[] {
  return outer.flatMap((long) =>
    inner
      .filter((short) => short.seconds >= long.seconds)
      .map((short) => {
        // The client's deadline stands in no file.
        const at = long.path === '' ? short : long;
        return {
          check: name,
          path: at.path,
          line: at.line,
          message: `${long.says} ${long.seconds} s, but ${short.says} ${short.seconds} s (${short.path}:${short.line})`,
          advice: 'who waits for another must wait longer, or work is done that nobody takes',
        };
      }),
  );
}

/** Every `timeout KIND` of a config of HAProxy. */
export function proxyTimeouts(config: Config, kind: string, says: string): Deadline[] {
  if (!/haproxy.*\.cfg$/.test(config.name)) return [];
  return config.text.split('\n').flatMap((text, index) => {
    const [, value] = new RegExp(`^\\s*timeout ${kind}\\s+(\\S+)`).exec(text) ?? [];
    const seconds = value === undefined ? undefined : durationOf(value);
    return seconds === undefined
      ? []
      : [
          {
            ...{ says, seconds, path: config.path },
            get line() {
              return config.lineOf(index + 1);
            },
          },
        ];
  });
}

function roleDeadlines(roles: readonly RoleConfig[], path: readonly string[], says: string): Deadline[] {
  return roles.flatMap((config) => {
    const seconds = numberAt(config.value, path);
    if (seconds === undefined) return [];
    return [
      {
        ...{ says, seconds, path: config.path },
        // Asked for where something is wrong, and costs a reading of the text.
        get line() {
          return config.lineOf(config.doc.lineOf(path));
        },
      },
    ];
  });
}
