import { spawnSync } from 'node:child_process';

/** Network namespaces on one bridge: each has an address of its own, and its cable can be pulled. */
export interface Network {
  /** Address of this side of the bridge. */
  readonly host: string;
  readonly namespaces: readonly { readonly name: string; readonly host: string }[];
  cut(namespace: string): void;
  heal(namespace: string): void;
  remove(): void;
}

function ip(...args: readonly string[]): boolean {
  return spawnSync('ip', args).status === 0;
}

/** Undefined, and said, where this machine does not let us make them: that takes root. */
export function makeNetwork(count: number): Network | undefined {
  const base = `hr${process.pid}`;
  const bridge = `${base}b`;
  const subnet = `10.214.${process.pid % 256}`;
  const namespaces = Array.from({ length: count }, (_, index) => ({
    name: `${base}n${index}`,
    host: `${subnet}.${index + 11}`,
  }));
  const remove = () => {
    for (const { name } of namespaces) {
      ip('link', 'delete', name);
      ip('netns', 'delete', name);
    }
    ip('link', 'delete', bridge);
  };
  const join = ({ name, host }: (typeof namespaces)[number]) =>
    ip('netns', 'add', name) &&
    ip('link', 'add', name, 'type', 'veth', 'peer', 'name', 'inside', 'netns', name) &&
    ip('link', 'set', name, 'master', bridge, 'up') &&
    ip('-n', name, 'addr', 'add', `${host}/24`, 'dev', 'inside') &&
    ip('-n', name, 'link', 'set', 'inside', 'up') &&
    ip('-n', name, 'link', 'set', 'lo', 'up');
  const made =
    ip('link', 'add', bridge, 'type', 'bridge') &&
    ip('addr', 'add', `${subnet}.1/24`, 'dev', bridge) &&
    ip('link', 'set', bridge, 'up') &&
    namespaces.every(join);
  if (!made) {
    remove();
    process.stderr.write('network namespaces need root and ip; the drills of partitions are skipped\n');
    return undefined;
  }
  const set = (name: string, state: 'up' | 'down') => {
    if (!ip('link', 'set', name, state)) throw new Error(`link ${name} could not be set ${state}`);
  };
  return {
    host: `${subnet}.1`,
    namespaces,
    cut: (name) => set(name, 'down'),
    heal: (name) => set(name, 'up'),
    remove,
  };
}
