import { describe, expect, it } from 'vitest';
import { renderTarget } from '../../src/emit/render-target.ts';
import { exampleInput, problemOf } from './fixture.ts';

function pathsFor(zone: string, path: string) {
  const { spec, ...input } = exampleInput();
  const regions = { ...spec.regions, value: [{ name: '../north', zones: [zone] }] };
  const template = { path, text: 'a: 1\n', shown: `templates/${path}` };
  return renderTarget({ ...input, spec: { ...spec, regions } }, [template]).map((file) => file.path);
}

describe('files that are named by the plan', () => {
  it('take the names of regions and zones', () => {
    expect(pathsFor('$& z\u00fc-1.a', '__region__/zone-__zones__.yaml')).toEqual([
      'north/zone-$& z\u00fc-1.a.yaml',
    ]);
    expect(pathsFor('..', 'zone-__zones__.yaml')).toEqual(['zone-...yaml']);
  });

  it.each([
    ['../../up', 'zone-__zones__.yaml'],
    ['..', 'a/__zones__/b.yaml'],
    ['a\\b', 'zone-__zones__.yaml'],
    ['a/b', 'zone-__zones__.yaml'],
    ['a\0b', 'zone-__zones__.yaml'],
  ])('are refused for a zone %j in %s, with the place and the way out', (zone, path) => {
    expect(problemOf(() => pathsFor(zone, path))).toMatchObject({
      code: 'bad-template',
      file: `templates/${path}`,
      message: `${JSON.stringify(zone)} of zones cannot be part of the name of a file`,
      advice: expect.stringContaining('without slashes'),
    });
  });
});
