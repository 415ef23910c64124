import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { InvalidInput } from '../problems/problem.ts';
import { targets } from './types.ts';

export const lockName = 'headroom.lock.json';

const lockSchema = z.strictObject({
  schema: z.literal('headroom/lock/v1'),
  target: z.enum(targets),
  /** SHA-256 of each written file, by path below the folder. */
  files: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
});

/** What was written last time, by which an edit is told from an update. */
export type Lock = Readonly<z.infer<typeof lockSchema>>;

export function hashOf(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The lock of a folder; undefined where it has none. Throws InvalidInput where it is no lock, and as Node does. */
export function readLock(folder: string): Lock | undefined {
  const file = join(folder, lockName);
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, 'utf8');
  try {
    return lockSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new InvalidInput([
      {
        code: 'bad-file',
        file,
        message: `this is not a lock of headroom: ${error instanceof z.ZodError ? z.prettifyError(error).replaceAll('\n', ' ') : String(error)}`,
        advice: 'take it back from version control, or emit into an empty folder',
      },
    ]);
  }
}

/** Sorted, so that the same files give the same bytes. */
export function lockText(lock: Lock): string {
  const files = Object.fromEntries(Object.entries(lock.files).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ ...lock, files }, null, 2)}\n`;
}
