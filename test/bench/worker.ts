import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Builds the worker's main module as the product does. Beside node_modules, so that it finds the image library. */
export async function buildWorker(): Promise<{ path: string; folder: string }> {
  const folder = mkdtempSync(join(root, 'node_modules', '.headroom-worker-'));
  const path = join(folder, 'resize-worker.cjs');
  const bundle = await rolldown({
    input: join(root, 'bench', 'resize-worker.ts'),
    platform: 'node',
    external: ['sharp', 'benchmark'],
  });
  await bundle.write({ file: path, format: 'cjs' });
  await bundle.close();
  return { path, folder };
}
