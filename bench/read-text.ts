import { readFileSync } from 'node:fs';

/** Reads a file of the system, or gives undefined where this platform does not have it. */
export type ReadText = (path: string) => string | undefined;

/** Reads from the real file system. */
export const readSystemText: ReadText = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};
