import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { missing } from './missing.ts';
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

/** Mounts it on `folder`. Undefined, and said, where this machine does not let us mount: that takes root. */
export function makeDisk(image: string, folder: string, bytes: number): Disk | undefined {
  mkdirSync(folder, { recursive: true });
  writeFileSync(image, '');
  truncateSync(image, bytes);
  if (!run('mkfs.ext4', '-q', '-m', '0', '-b', '4096', image) || !run('mount', '-o', 'loop', image, folder)) {
    return missing('disks of their own, which take root and loop devices');
  }
  return {
    folder,
    fill() {
      const ballast = [join(folder, 'ballast-0')];
      const giveBack = () => {
        for (const each of ballast) rmSync(each, { force: true });
      };
      const { bavail, bsize } = statfsSync(folder);
      // Most of it without a byte written.
      run('fallocate', '-l', String(Math.floor(0.98 * bavail) * bsize), join(folder, 'ballast-0'));
      // The rest block by block, and again, since the file system keeps some back while a file is written.
      for (let round = 1; round < 20; round++) {
        const file = join(folder, `ballast-${round}`);
        ballast.push(file);
        const { stderr } = spawnSync('dd', ['if=/dev/zero', `of=${file}`, 'bs=4k', 'conv=fsync'], {
          encoding: 'utf8',
        });
        if (stderr.includes('No space left') && /^0\+0 records out/m.test(stderr)) return giveBack;
      }
      giveBack();
      throw new Error(`${folder} could not be filled`);
    },
    async slow(milliseconds) {
      const frozen = (flag: '-f' | '-u') => promisify(execFile)('fsfreeze', [flag, folder]);
      try {
        for (const end = performance.now() + milliseconds; performance.now() < end; ) {
          await frozen('-f');
          await pause(900);
          await frozen('-u');
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
