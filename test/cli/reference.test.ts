import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cliReference, type Manifest } from '../../scripts/cli-reference.ts';

const manifest: Manifest = JSON.parse(
  readFileSync(new URL('../../oclif.manifest.json', import.meta.url), 'utf8'),
);

describe('the reference of the command line', () => {
  it('is what the commands say', async () => {
    await expect(cliReference(manifest)).toMatchFileSnapshot('../../docs/cli.md');
  });

  it('has a summary for every command and every flag', () => {
    const silent = Object.values(manifest.commands).flatMap((command) => [
      ...(command.summary ? [] : [command.id]),
      ...Object.values(command.flags).flatMap((flag) =>
        flag.summary || flag.description ? [] : [`${command.id} --${flag.name}`],
      ),
    ]);
    expect(silent).toEqual([]);
  });
});
