import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The built main module of a process that a role starts, such as `worker/resize-process`, in the installation that this
 * module belongs to, wherever in it the bundler has put this module. Throws an Error if it was not built.
 */
export function builtProcess(name: string, from = fileURLToPath(import.meta.url)): string {
  const built = join('dist', 'service', `${name}.cjs`);
  for (let folder = dirname(from); folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, built);
    if (existsSync(path)) return path;
  }
  throw new Error(`${built} is missing: build headroom first (npm run build)`);
}
