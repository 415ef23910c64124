import { isObject, type Path } from '../schema/json-schema.ts';
import { type Config, type RoleConfig, roleOf } from './configs.ts';
import { haproxyListeners } from './haproxy-listeners.ts';
import { listAt, numberAt, textAt } from './values.ts';

/** A port that a config makes a process listen on. */
export interface Listener {
  readonly port: number;
  /** In the text of the config; 1-based. */
  readonly line: number;
  /** Where that stands beside it; empty where it does not. */
  readonly host: string;
  /** Only on the loopback address. */
  readonly local: boolean;
  /** What it answers to; absent where that is not known. */
  readonly speaks?: Protocol;
}

export type Protocol = 'http' | 'nats' | 'redis' | 'postgres' | 'cassandra';

const patterns: readonly (readonly [file: RegExp, line: RegExp, speaks: Protocol])[] = [
  [/nats.*\.conf$/, /^\s*port()\s*[:=]?\s*(\d+)/, 'nats'],
  [/nats.*\.conf$/, /^\s*(?:http_port|monitor_port)()\s*[:=]?\s*(\d+)/, 'http'],
  [/nats.*\.conf$/, /^\s*listen\s*[:=]?\s*"?([\w.]*):(\d+)/, 'nats'],
  [/nats.*\.conf$/, /^\s*http\s*[:=]?\s*"?([\w.]*):(\d+)/, 'http'],
  [/redis.*\.conf$/, /^\s*(?:tls-)?port()\s+(\d+)/, 'redis'],
  [/postgresql.*\.conf$/, /^\s*port()\s*=\s*(\d+)/, 'postgres'],
];

/** Ports that a config of HAProxy, NATS, Redis, PostgreSQL, Cassandra or a role binds; not those that the system chooses. */
export function listenersOf(config: Config, roles: readonly RoleConfig[]): Listener[] {
  const role = roleOf(config, roles);
  const found = role === undefined ? engineListeners(config) : roleListeners(role);
  return found.filter(({ port }) => port !== 0);
}

function engineListeners(config: Config): Listener[] {
  const { name, text: whole } = config;
  if (/cassandra.*\.ya?ml$/.test(name)) return cassandraListeners(config);
  if (/haproxy.*\.cfg$/.test(name))
    return haproxyListeners(whole).map((each) => ({ ...each, local: isLocal(each.host) }));
  return patterns
    .filter(([file]) => file.test(name))
    .flatMap(([, pattern, speaks]) =>
      whole.split('\n').flatMap((text, index) => {
        const [, host = '', port] = pattern.exec(text) ?? [];
        return port === undefined
          ? []
          : [{ port: Number(port), line: index + 1, host, local: isLocal(host), speaks }];
      }),
    );
}

/** Cassandra has the address for its ring and the one for clients in keys of their own. */
function cassandraListeners({ text }: Config): Listener[] {
  const lines = text.split('\n');
  const entry = (key: string) => {
    const index = lines.findIndex((line) => line.startsWith(`${key}:`));
    const [, value = ''] = /:\s*([^\s#]+)/.exec(lines[index] ?? '') ?? [];
    return { value, line: index + 1 };
  };
  return [
    ['storage_port', 'listen_address'] as const,
    ['native_transport_port', 'rpc_address'] as const,
  ].flatMap(([port, address]) => {
    const { value, line } = entry(port);
    const host = entry(address).value;
    const speaks = port === 'native_transport_port' ? ({ speaks: 'cassandra' } as const) : {};
    return value === '' ? [] : [{ port: Number(value), line, host, local: isLocal(host), ...speaks }];
  });
}

function roleListeners({ value, doc }: RoleConfig): Listener[] {
  const found = databaseListeners(value, doc);
  const walk = (each: unknown, path: Path) => {
    if (!isObject(each)) return;
    for (const [key, inner] of Object.entries(each)) {
      if (/^(listen|internalListen)$/.test(key) && isObject(inner) && typeof inner['port'] === 'number') {
        const line = doc.lineOf([...path, key, 'port']);
        const host = String(inner['host']);
        found.push({ port: inner['port'], line, host, local: isLocal(host), speaks: 'http' });
      } else walk(inner, [...path, key]);
    }
  };
  walk(value, []);
  return found;
}

/** A keeper starts a database where the list of nodes has its own. */
function databaseListeners(value: unknown, doc: RoleConfig['doc']): Listener[] {
  const keeper: Path = ['identity', 'keeper'];
  const nodes = listAt(value, [...keeper, 'nodes']);
  const own = nodes.findIndex((each) => textAt(each, ['node']) === textAt(value, [...keeper, 'node']));
  const port = numberAt(nodes[own], ['port']);
  const host = textAt(nodes[own], ['host']) ?? '';
  if (port === undefined) return [];
  const line = doc.lineOf([...keeper, 'nodes', own, 'port']);
  return [{ port, line, host, local: isLocal(host), speaks: 'postgres' }];
}

/** Whether a host is the machine, or the container, itself. */
export function isLocal(host: string): boolean {
  return /^(127\.|localhost)/.test(host);
}
