import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pause } from './processes.ts';

/** A small file system of its own in a file, which can be filled, and held up by its kernel. */
export interface Disk {
  readonly folder: string;
  /** Takes all room that is left; gives back how to give it back. */
  fill(): () => void;
  /** Lets nothing be written but in a tenth of each second, for a time in milliseconds. */
  slow(milliseconds: number): Promise<void>;
  remove(): void;
}

const run = (command: string, ...args: readonly string[]) => spawnSync(command, args).status === 0;

/** Undefined, and said, where this machine does not let us mount: that takes root and loop devices. */
export function makeDisk(base: string, name: string, bytes: number): Disk | undefined {
  const image = join(base, `${name}.img`);
  const folder = join(base, name);
  mkdirSync(folder);
  writeFileSync(image, '');
  truncateSync(image, bytes);
  if (!run('mkfs.ext4', '-q', '-m', '0', image) || !run('mount', '-o', 'loop', image, folder)) {
    process.stderr.write('a disk of its own needs root and loop devices; the drills of disks are skipped\n');
    return undefined;
  }
  return {
    folder,
    fill() {
      const ballast = join(folder, 'ballast');
      spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=4k']);
      return () => rmSync(ballast, { force: true });
    },
    async slow(milliseconds) {
      try {
        for (const end = performance.now() + milliseconds; performance.now() < end; ) {
          if (!run('fsfreeze', '-f', folder)) throw new Error('the file system could not be frozen');
          await pause(900);
          run('fsfreeze', '-u', folder);
          await pause(100);
        }
      } finally {
        run('fsfreeze', '-u', folder);
      }
    },
    remove() {
      run('fsfreeze', '-u', folder);
      run('umount', folder);
    },
  };
}
