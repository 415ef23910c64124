import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * A folder or file of the installation that this module belongs to, wherever in it the bundler has put this module.
 * @throws Error if it is missing.
 */
export function installed(name: string, from = fileURLToPath(import.meta.url)): string {
  for (let folder = dirname(from); folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, name);
    if (existsSync(join(folder, 'package.json')) && existsSync(path)) return path;
  }
  throw new Error(`${name} is missing from this installation of headroom`);
}
