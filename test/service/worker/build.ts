import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Builds the main module of a resize process as the product does. Beside node_modules, so that it finds the image library. */
export async function buildResizeProcess(): Promise<{ readonly path: string; remove(): void }> {
  const folder = mkdtempSync(join(root, 'node_modules', '.headroom-resize-'));
  const path = join(folder, 'resize-process.cjs');
  const bundle = await rolldown({
    input: join(root, 'service', 'worker', 'resize-process.ts'),
    platform: 'node',
    external: ['sharp'],
  });
  await bundle.write({ file: path, format: 'cjs' });
  await bundle.close();
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
