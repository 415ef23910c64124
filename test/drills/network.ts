import { spawnSync } from 'node:child_process';
import { missing } from './missing.ts';

/** Where something runs: its address, and its network namespace where it has one of its own. */
export interface Machine {
  readonly host: string;
  readonly netns?: string;
}

/** Machines on one bridge: each is a network namespace with an address of its own, and its cable can be pulled. */
export interface Network<Name extends string = string> {
  /** Address of this side of the bridge. */
  readonly host: string;
  machine(name: Name): Required<Machine>;
  cut(name: Name): void;
  heal(name: Name): void;
  remove(): void;
}

function ip(...args: readonly string[]): boolean {
  return spawnSync('ip', args).status === 0;
}

/** Undefined, and said, where this machine does not let us make them: that takes root. */
export function makeNetwork<Name extends string>(names: readonly Name[]): Network<Name> | undefined {
  const base = `hr${process.pid}`;
  const bridge = `${base}b`;
  const subnet = `10.214.${process.pid % 256}`;
  const machine = (name: Name) => {
    const index = names.indexOf(name);
    return { netns: `${base}n${index}`, host: `${subnet}.${index + 11}` };
  };
  const machines = names.map(machine);
  const remove = () => {
    for (const { netns } of machines) {
      ip('link', 'delete', netns);
      ip('netns', 'delete', netns);
    }
    ip('link', 'delete', bridge);
  };
  const join = ({ netns, host }: (typeof machines)[number]) =>
    ip('netns', 'add', netns) &&
    ip('link', 'add', netns, 'type', 'veth', 'peer', 'name', 'inside', 'netns', netns) &&
    ip('link', 'set', netns, 'master', bridge, 'up') &&
    ip('-n', netns, 'addr', 'add', `${host}/24`, 'dev', 'inside') &&
    ip('-n', netns, 'link', 'set', 'inside', 'up') &&
    ip('-n', netns, 'link', 'set', 'lo', 'up');
  const made =
    ip('link', 'add', bridge, 'type', 'bridge') &&
    ip('addr', 'add', `${subnet}.1/24`, 'dev', bridge) &&
    ip('link', 'set', bridge, 'up') &&
    machines.every(join);
  if (!made) {
    remove();
    return missing('network namespaces, which take root and ip');
  }
  const set = (name: Name, state: 'up' | 'down') => {
    const { netns } = machine(name);
    if (!ip('link', 'set', netns, state)) throw new Error(`the link of ${name} could not be set ${state}`);
  };
  return {
    host: `${subnet}.1`,
    machine,
    cut: (name) => set(name, 'down'),
    heal: (name) => set(name, 'up'),
    remove,
  };
}
