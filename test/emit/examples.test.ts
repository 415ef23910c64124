import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { emit } from '../../src/app/emit.ts';
import { targets } from '../../src/emit/types.ts';
import { scratch } from './fixture.ts';

const example = fileURLToPath(new URL('../../examples/image-resize/', import.meta.url));

/** The emitted trees beside the spec: whatever changes a config shows here as a difference. `-u` writes them anew. */
describe.each(targets)('the example emitted for %s', (target) => {
  it('is the tree that examples hold', { timeout: 60_000 }, async () => {
    const out = scratch();
    await emit({
      ...{ cwd: example, file: 'headroom.yaml', example: false, mayFallBack: false, measurement: 'cited' },
      ...{ allowIncomplete: false, sets: [], target, out, look: false, diff: false, engines: false },
      ...{ keepEdited: false, force: [], prune: false },
      // The same on every machine.
      machine: { cores: 4, memoryBytes: (target === 'kubernetes' ? 16 : 8) * 2 ** 30 },
    });
    const held = join(example, 'deploy', target);
    const emitted = filesBelow(out);
    for (const path of emitted) {
      await expect(readFileSync(join(out, path), 'utf8')).toMatchFileSnapshot(join(held, path));
    }
    expect(filesBelow(held)).toEqual(emitted);
  });
});

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length).replace(/^\//, ''))
    .sort();
}
