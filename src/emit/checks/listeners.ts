import type { Path } from '../schema/json-schema.ts';
import { isObject } from '../schema/json-schema.ts';
import type { Config, RoleConfig } from './configs.ts';

/** A port that a config makes a process listen on. */
export interface Listener {
  readonly port: number;
  /** In the text of the config; 1-based. */
  readonly line: number;
  /** Only on the loopback address. */
  readonly local: boolean;
}

/** Ports that a config of HAProxy, NATS, Redis or a role binds. */
export function listenersOf(config: Config, roles: readonly RoleConfig[]): Listener[] {
  const role = roles.find(
    (each) => each.path === config.path && each.name === config.name && each.cluster === config.cluster,
  );
  if (role !== undefined) return roleListeners(role);
  const patterns: readonly (readonly [RegExp, RegExp])[] = [
    [/haproxy.*\.cfg$/, /^\s*bind\s+(\S*?):(\d+)/],
    [/nats.*\.conf$/, /^\s*(?:port|http_port|monitor_port)()\s*[:=]?\s*(\d+)/],
    [/nats.*\.conf$/, /^\s*(?:listen|http)\s*[:=]?\s*"?([\w.]*):(\d+)/],
    [/redis.*\.conf$/, /^\s*port()\s+(\d+)/],
    [/postgresql.*\.conf$/, /^\s*port()\s*=\s*(\d+)/],
  ];
  return patterns
    .filter(([file]) => file.test(config.name))
    .flatMap(([, pattern]) =>
      config.text.split('\n').flatMap((text, index) => {
        const [, host = '', port] = pattern.exec(text) ?? [];
        return port === undefined || port === '0'
          ? []
          : [{ port: Number(port), line: index + 1, local: /^(127\.|localhost)/.test(host) }];
      }),
    );
}

function roleListeners({ value, doc }: RoleConfig): Listener[] {
  const found: Listener[] = [];
  const walk = (each: unknown, path: Path) => {
    if (!isObject(each)) return;
    for (const [key, inner] of Object.entries(each)) {
      if (/^(listen|internalListen)$/.test(key) && isObject(inner) && typeof inner['port'] === 'number') {
        const host = String(inner['host']);
        const line = doc.lineOf([...path, key, 'port']);
        found.push({ port: inner['port'], line, local: /^(127\.|localhost)/.test(host) });
      } else walk(inner, [...path, key]);
    }
  };
  walk(value, []);
  return found;
}
