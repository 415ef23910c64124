import { readFile } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';

/** A small JSON file that is replaced as a whole. An old one after a power loss is harmless: all shipping is idempotent. */
export interface PositionFile<T> {
  /** Undefined before the first write. Throws where the file is there and cannot be read. */
  read(): Promise<T | undefined>;
  write(value: T): Promise<void>;
}

export function positionFile<T>(file: string): PositionFile<T> {
  return {
    read: async () => {
      const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      return text === undefined ? undefined : (JSON.parse(text) as T);
    },
    write: (value) => writeFileAtomic(file, `${JSON.stringify(value)}\n`),
  };
}
