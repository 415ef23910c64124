import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Builds the product once for all tests that spawn it. */
export function setup(): void {
  execFileSync(process.execPath, ['scripts/build.mjs'], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
