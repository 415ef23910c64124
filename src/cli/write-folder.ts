import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidInput } from '../problems/problem.ts';
import { usageError } from './usage-error.ts';
import { writeWhole } from './write-whole.ts';

/**
 * Writes files into a folder, which is made where it is missing; each whole or not at all.
 *
 * Files there that match `ours` without being written now are from an earlier run and would be taken for a part of this
 * one, so they are refused, not removed. Throws `InvalidInput` for them, and for a folder that cannot be written.
 */
export async function writeFolder(
  folder: string,
  files: readonly { readonly name: string; readonly text: string }[],
  ours: RegExp,
): Promise<void> {
  const present = await made(folder);
  const names = files.map(({ name }) => name);
  const stale = present.filter((name) => ours.test(name) && !names.includes(name));
  if (stale.length > 0) {
    throw usageError(
      `${folder} holds ${stale.join(', ')} of an earlier run, which this one would not write`,
      'remove them, or name another folder',
    );
  }
  for (const { name, text } of files) await writeWhole(join(folder, name), text);
}

async function made(folder: string): Promise<string[]> {
  try {
    await mkdir(folder, { recursive: true });
    return await readdir(folder);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new InvalidInput([
      {
        code: 'bad-file',
        file: folder,
        message: `cannot use ${folder} as a folder (${reason})`,
        advice: 'name a folder that is writable, or a new one',
      },
    ]);
  }
}
