import { randomUUID } from 'node:crypto';
import { link, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ColdStoreUnavailable } from '../contracts/cold-store.ts';

/** What file systems say that know no hard links: FAT on Linux, exFAT on macOS, shares, FUSE. */
const unknown: readonly (string | undefined)[] = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/**
 * Tries a hard link in a folder. Throws ColdStoreUnavailable where its file system knows none. Says nothing of another
 * failure, a full disk for instance: that may pass, and is told to whoever writes.
 */
export async function checkLinks(folder: string): Promise<void> {
  const file = join(folder, `${randomUUID()}.new`);
  const other = `${file}.link`;
  try {
    await writeFile(file, '', { flag: 'wx' });
    await link(file, other);
  } catch (cause) {
    const { code, syscall } = cause as NodeJS.ErrnoException;
    if (syscall !== 'link' || !unknown.includes(code)) return;
    const message = `cold storage in ${folder} needs hard links, which its file system does not know (${code})`;
    throw new ColdStoreUnavailable(message, { cause });
  } finally {
    for (const each of [other, file]) await rm(each, { force: true }).catch(() => undefined);
  }
}
