import { chmodSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { choose } from '../../src/supervise/chosen.ts';
import { readProcessFile } from '../../src/supervise/process-file.ts';
import { rootSets } from '../../src/supervise/root-user.ts';
import { deploymentFolder } from './fixture.ts';

const root = { program: 'initdb', user: 'postgres', set: { 'identity.keeper.user': 'postgres' } };

function setsIn(mode: number, program: string) {
  const processes = { one: { tier: 'x', program, command: ['true'], grace: 1 } };
  const dir = deploymentFolder(processes, { root });
  chmodSync(dir, mode);
  const file = readProcessFile(dir, 'test');
  return {
    dir,
    sets: () =>
      rootSets(
        file,
        choose(file, () => true),
        dir,
      ),
  };
}

describe('a program that refuses to run as root', () => {
  it('is told as whom it runs', () => {
    expect(setsIn(0o711, 'initdb').sets()).toEqual(root.set);
  });

  it('is refused in a folder that its user cannot reach, which is named', () => {
    const { dir, sets } = setsIn(0o700, 'initdb');
    expect(sets).toThrow(`the user postgres, as whom initdb runs, cannot reach ${dir}`);
  });

  it('changes nothing where it does not run', () => {
    expect(setsIn(0o700, 'other').sets()).toEqual({});
  });
});
