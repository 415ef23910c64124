import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Disk, makeDisk } from './disk.ts';
import { type Machine, makeNetwork, type Network } from './network.ts';

/** What has a machine of its own, whose cable can be pulled; everything else shares one. */
const machines = [
  ...(['queue-1', 'queue-2', 'queue-3', 'database-one', 'database-two', 'identity-data'] as const),
  ...(['batch-store-2', 'batch-store-3', 'api-b', 'usage', 'worker-2'] as const),
] as const;
export type MachineName = (typeof machines)[number];

/** What has a disk of its own: its size in bytes, and where it is mounted below the folder of the drills. */
const disks = {
  usage: [96_000_000, 'usage'],
  'spool-a': [48_000_000, 'spool-a'],
  // JetStream gives its streams three quarters of the disk, and each is promised its bound.
  'queue-1': [256_000_000, 'queue/nats/node1/store'],
  'queue-2': [256_000_000, 'queue/nats/node2/store'],
  'queue-3': [256_000_000, 'queue/nats/node3/store'],
  'batch-store-3': [512_000_000, 'batch-store/cassandra/node3/data'],
  // A standby that is made anew is copied beside the old files.
  'database-one': [1_000_000_000, 'database-one'],
  'database-two': [1_000_000_000, 'database-two'],
} as const;
export type DiskName = keyof typeof disks;

/** What the service stands on. */
export interface Ground {
  readonly folder: string;
  /** Address of the machine that most parts share. */
  readonly host: string;
  /** Undefined where this machine does not let us make namespaces; all is then on loopback. */
  readonly network: Network<MachineName> | undefined;
  machine(name: MachineName): Machine;
  /** Undefined where this machine does not let us mount. */
  disk(name: DiskName): Disk | undefined;
  /** A folder on a disk, which is a plain one where there are none. */
  folderOn(name: DiskName): string;
}

export function prepareGround(onStop: (stop: () => void) => void): Ground {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-drills-'));
  // PostgreSQL runs as a user of its own and has to reach its folder.
  chmodSync(folder, 0o711);
  onStop(() => rmSync(folder, { recursive: true, force: true }));
  const network = makeNetwork(machines);
  if (network) onStop(network.remove);
  const host = network?.host ?? '127.0.0.1';
  const folderOn = (name: DiskName) => join(folder, disks[name][1]);
  const made = new Map<DiskName, Disk>();
  for (const name of Object.keys(disks) as DiskName[]) {
    const disk = makeDisk(join(folder, `${name}.img`), folderOn(name), disks[name][0]);
    if (!disk) continue;
    onStop(disk.remove);
    made.set(name, disk);
  }
  return {
    folder,
    host,
    network,
    machine: (name) => network?.machine(name) ?? { host },
    disk: (name) => made.get(name),
    folderOn,
  };
}
