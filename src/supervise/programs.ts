import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where a program is: on PATH, or where scripts/engines links its engines (HEADROOM_BIN). */
export function findProgram(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const folders = [env['HEADROOM_BIN'] ?? '/usr/local/bin', ...(env['PATH'] ?? '').split(delimiter)];
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
