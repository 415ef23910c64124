import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The folder in which headroom keeps what it can make again: `HEADROOM_CACHE_DIR`, else `headroom` in
 * `XDG_CACHE_HOME`, else in the platform's own place (`~/Library/Caches`, `~/.cache`).
 */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  const { HEADROOM_CACHE_DIR: own, XDG_CACHE_HOME: shared } = env;
  if (own) return own;
  if (shared) return join(shared, 'headroom');
  return join(homedir(), platform === 'darwin' ? join('Library', 'Caches') : '.cache', 'headroom');
}
