import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeScratch } from '../../../service/billing/scratch.ts';
import { createLogger } from '../../../service/shared/log.ts';
import { lockFolder } from '../../../service/usage/lock.ts';

let base: string;
let told: unknown[][];
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'headroom-scratch-'));
  told = [];
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const make = (folder = base) => {
  const quiet = createLogger('billing', 'silent');
  return makeScratch(folder, { ...quiet, info() {}, warn: (...args: unknown[]) => told.push(args) } as never);
};

/** What the folders of this host begin with; six characters follow. */
async function prefix(): Promise<string> {
  const scratch = await make();
  await scratch.remove();
  return basename(scratch.folder).slice(0, -6);
}

/** A folder that looks as if a run had left it an hour ago. */
function leave(name: string, ...within: readonly string[]): string {
  const folder = join(base, name);
  mkdirSync(join(folder, ...within), { recursive: true });
  const longAgo = new Date(Date.now() - 3_600_000);
  utimesSync(folder, longAgo, longAgo);
  return folder;
}

describe('the folder of a run', () => {
  it('is gone with the run, and has a short name however long that of the host is', async () => {
    const scratch = await make();
    expect(basename(scratch.folder)).toMatch(/^headroom-billing-[0-9a-f]{8}-[0-9A-Za-z]{6}$/);
    await scratch.remove();
    expect(readdirSync(base)).toEqual([]);
  });

  it('is cleared of what killed runs left, and of nothing that another one works with', async () => {
    const own = await prefix();
    const killed = leave(`${own}killed`, 'step');
    const living = leave(`${own}living`);
    const elsewhere = leave(`${own}2-killed`);
    const young = join(base, `${own}young_`);
    mkdirSync(young);
    const lock = await lockFolder(living);
    await make();
    expect([killed, living, elsewhere, young].map(existsSync)).toEqual([false, true, true, true]);
    expect(told).toEqual([]);
    await lock.release();
  });

  it('is made although something that was left cannot be removed, which is told', async () => {
    const own = await prefix();
    // Nobody can take this lock: it is a folder.
    const broken = leave(`${own}broken`, 'lock');
    symlinkSync(join(base, 'vanished'), join(base, `${own}vanish`));
    const killed = leave(`${own}killed`);
    const { folder } = await make();
    expect([broken, killed, folder].map(existsSync)).toEqual([true, false, true]);
    expect(told).toEqual([[{ err: expect.any(Error), folder: broken }, expect.any(String)]]);
  });

  it('is not left where it cannot be locked', async () => {
    const long = join(base, 'x'.repeat(100));
    await expect(make(long)).rejects.toThrow('too long a path for the socket');
    expect(readdirSync(long)).toEqual([]);
  });
});
