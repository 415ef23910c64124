import type { RunningEngine } from '../engines/engine-start.ts';
import type { Disk } from './disk.ts';
import type { Allowance, Drill } from './drill.ts';
import type { MachineName } from './ground.ts';
import type { Network } from './network.ts';
import type { RoleProcess } from './processes.ts';

/** What can be killed and hung: a role, or a node of an engine. */
export interface Part {
  signal(signal: NodeJS.Signals): Promise<unknown> | unknown;
  start(): Promise<unknown>;
}

export function partOf(role: RoleProcess): Part {
  return { signal: role.kill, start: role.start };
}

export function nodeOf(engine: RunningEngine, node: number): Part {
  return { signal: (signal) => engine.kill(node, signal), start: () => engine.restart(node) };
}

/** How long a fault lasts (milliseconds), and what it lets customers see. */
export interface Bounds extends Allowance {
  readonly lasts: number;
}

/** Killed, and started again. The part is asked for when the fault happens: it may be the leader of that moment. */
export function killed(find: () => Promise<Part> | Part, bounds: Bounds): Drill {
  let part: Part | undefined;
  return {
    ...bounds,
    fault: async () => {
      part = await find();
      await part.signal('SIGKILL');
    },
    mend: () => part?.start(),
  };
}

/** Stopped without an end, as on a machine that hangs, and continued. */
export function hung(find: () => Promise<Part> | Part, bounds: Bounds): Drill {
  let part: Part | undefined;
  return {
    ...bounds,
    fault: async () => {
      part = await find();
      await part.signal('SIGSTOP');
    },
    mend: () => part?.signal('SIGCONT'),
  };
}

/** Alive, and reached by nobody. */
export function cutOff(
  network: Network<MachineName>,
  find: () => Promise<MachineName> | MachineName,
  bounds: Bounds,
): Drill {
  let name: MachineName | undefined;
  return {
    ...bounds,
    fault: async () => {
      name = await find();
      network.cut(name);
    },
    mend: () => name && network.heal(name),
  };
}

/** Writes come through in a tenth of each second only. */
export function slowDisk(find: () => Promise<Disk> | Disk, bounds: Bounds): Drill {
  let slow: Promise<void> | undefined;
  return {
    ...bounds,
    fault: async () => {
      slow = (await find()).slow(bounds.lasts);
      // Waited for where it is mended; until then a failure of it is nobody's.
      slow.catch(() => undefined);
    },
    mend: () => slow,
  };
}

/** How a part comes to write to its disk while that is full, and how it is brought back once there is room. */
export interface OnFullDisk {
  readonly write?: () => Promise<unknown>;
  readonly restart?: () => Promise<unknown>;
}

export function fullDisk(
  find: () => Promise<Disk> | Disk,
  bounds: Bounds,
  { write, restart }: OnFullDisk = {},
): Drill {
  let giveBack: (() => void) | undefined;
  return {
    ...bounds,
    fault: async () => {
      giveBack = (await find()).fill();
      await write?.();
    },
    mend: async () => {
      giveBack?.();
      await restart?.();
    },
  };
}
