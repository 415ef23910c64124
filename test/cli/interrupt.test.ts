import { readdirSync } from 'node:fs';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { bin, emptyFolder, neutral } from './headroom.ts';

describe('Ctrl-C', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'ends a run with 130 after %s, and leaves no half-written file',
    async (signal) => {
      const cwd = emptyFolder();
      const cache = emptyFolder();
      // With an empty cache the run begins with the images of the corpus, long before there is anything to keep.
      const run = execa(process.execPath, [bin, 'bench', '--quick'], {
        cwd,
        env: { ...neutral, HEADROOM_CACHE_DIR: cache } as Record<string, string>,
        reject: false,
      });
      await new Promise((resolve) => setTimeout(resolve, 1500));
      run.kill(signal);
      const { exitCode, stdout } = await run;
      expect([exitCode, stdout]).toEqual([130, '']);
      expect(readdirSync(cwd)).toEqual([]);
    },
  );
});
