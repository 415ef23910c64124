import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const workerFile = join('dist', 'bench', 'resize-worker.cjs');

/**
 * The built main module of a worker process: `HEADROOM_BENCH_WORKER`, else `dist/bench/resize-worker.cjs` of the
 * installation that this module belongs to, wherever in it the bundler has put this module.
 * @throws Error if it was not built.
 */
export function workerPath(
  from = fileURLToPath(import.meta.url),
  env: NodeJS.ProcessEnv = process.env,
): string {
  const { HEADROOM_BENCH_WORKER: own } = env;
  if (own) return own;
  for (let folder = dirname(from); folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, workerFile);
    if (existsSync(path)) return path;
  }
  throw new Error(`${workerFile} is missing: build headroom first (npm run build)`);
}
