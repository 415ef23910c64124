import type { Check, Fault } from '../checks.ts';
import { type Config, configsOf } from './configs.ts';
import { resultOf } from './fault-list.ts';
import { haproxySections } from './haproxy-listeners.ts';

const name = 'overload is answered';

/**
 * Whoever is too much is told so: a load balancer takes more connections than its servers and its queue hold, or the rest
 * hangs in the backlog of the kernel, where nobody answers.
 */
export const shedCheck: Check = async (files, { target }) => {
  const configs = configsOf(files, target).filter((config) => /haproxy.*\.cfg$/.test(config.name));
  return resultOf(name, configs.length, configs.flatMap(shedFaults));
};

/** Most queued requests before a rule refuses the next one: `... if { queue(api) gt 100 }`. */
const limit = /^http-request\s+(?:return|deny)\b.*\{\s*queue\(([\w.-]+)\)\s+g[te]\s+(\d+)\s*\}/;

function shedFaults(config: Config): Fault[] {
  const lines = config.text.split('\n').map((line) => line.trim());
  const accepted = acceptedBy(lines);
  if (accepted === undefined) return [];
  return lines.flatMap((line, index) => {
    const [, backend, waiting] = limit.exec(line) ?? [];
    const served = backend === undefined ? undefined : servedBy(lines, backend);
    if (served === undefined) return [];
    // One more waits than the limit, and the next one is refused.
    const needed = served + Number(waiting) + 2;
    if (accepted.most >= needed) return [];
    const message = `${config.name} takes ${accepted.most} connections, but its servers take ${served} and ${waiting} wait before anybody is refused (line ${config.lineOf(index + 1)})`;
    const advice = `make maxconn at least ${needed}, or the limits of servers and queue smaller`;
    return [{ check: name, path: config.path, line: config.lineOf(accepted.line), message, advice }];
  });
}

/** The smallest `maxconn` of the process and its frontends; undefined where none is said. */
function acceptedBy(lines: readonly string[]): { most: number; line: number } | undefined {
  return lines
    .flatMap((line, index) => {
      const [, most] = /^maxconn\s+(\d+)/.exec(line) ?? [];
      return most === undefined ? [] : [{ most: Number(most), line: index + 1 }];
    })
    .sort((a, b) => a.most - b.most)[0];
}

/** Requests that the servers of a backend take at once; undefined where one of them takes any number. */
function servedBy(lines: readonly string[], backend: string): number | undefined {
  const section = haproxySections(lines).find(([head = '']) => {
    const [kind, own] = head.split(/\s+/);
    return (kind === 'backend' || kind === 'listen') && own === backend;
  });
  const usual = section?.map(serverLimit('default-server')).find((each) => each !== undefined);
  const servers = section?.filter((line) => /^server\s/.test(line)) ?? [];
  const limits = servers.map((line) => serverLimit('server')(line) ?? usual);
  return limits.reduce<number | undefined>(
    (sum, each) => (sum === undefined || each === undefined ? undefined : sum + each),
    0,
  );
}

const serverLimit = (word: string) => (line: string) => {
  const [, most] = new RegExp(`^${word}\\s.*\\bmaxconn\\s+(\\d+)`).exec(line) ?? [];
  return most === undefined ? undefined : Number(most);
};
