import { describe, expect, it } from 'vitest';
import { measurementJsonSchema } from '../../src/measurement/json-schema.ts';
import { readMeasurement } from '../../src/measurement/read.ts';
import type { Measurement } from '../../src/measurement/types.ts';
import { InvalidInput } from '../../src/problems/problem.ts';
import { fileRound, measurement } from '../bench/fixture.ts';

const sound = measurement([1, 1, 1, 1, 1].map(() => fileRound(0.01, 0.04, 0.002)));
const textOf = (value: unknown) => JSON.stringify(value, null, 2);

function problemsOf(text: string) {
  try {
    readMeasurement(text, 'm.json');
  } catch (error) {
    if (error instanceof InvalidInput) return error.problems;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** Line and column of a piece of the text, 1-based. */
function placeOf(text: string, piece: string) {
  const before = text.slice(0, text.indexOf(piece)).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

describe('reading a measurement', () => {
  it('gives back what was written', () => {
    expect(readMeasurement(textOf(sound), 'm.json')).toEqual(sound);
  });

  it('lets keys through that a later version added', () => {
    expect(readMeasurement(textOf({ ...sound, addedLater: { a: 1 } }), 'm.json')).toEqual(sound);
  });

  it('reads an incomplete one, which is for the caller to refuse', () => {
    expect(readMeasurement(textOf({ ...sound, complete: false }), 'm.json').complete).toBe(false);
  });

  it('refuses another version of the format by name', () => {
    const text = textOf({ ...sound, schema: 'headroom/measurement/v2' });
    expect(problemsOf(text)).toEqual([
      expect.objectContaining({
        code: 'bad-file',
        file: 'm.json',
        ...placeOf(text, '"headroom/measurement/v2"'),
        message: expect.stringContaining('headroom/measurement/v2'),
      }),
    ]);
  });

  it('refuses a file of another kind', () => {
    expect(problemsOf('{"schema": "something else"}')[0]?.message).toContain('not a measurement of headroom');
    expect(problemsOf('[]')[0]?.message).toContain('not a measurement of headroom');
    expect(problemsOf('null')[0]).toMatchObject({ code: 'bad-file', line: 1, column: 1 });
  });

  it('says where a file is cut off', () => {
    const text = textOf(sound).slice(0, 400);
    const [problem] = problemsOf(text);
    expect(problem).toMatchObject({
      code: 'yaml-syntax',
      message: expect.stringContaining('not valid JSON'),
    });
    expect(problem?.line).toBeGreaterThan(1);
    expect(problemsOf('')[0]).toMatchObject({ code: 'yaml-syntax', line: 1 });
  });

  it('names every wrong value with its place, in order of line', () => {
    const text = textOf({ ...sound, mode: 'hasty', memory: { peakRssBytes: -5 }, run: 17 });
    const problems = problemsOf(text);
    expect(problems.map(({ line, column }) => ({ line, column }))).toEqual([
      placeOf(text, '17'),
      placeOf(text, '"hasty"'),
      placeOf(text, '-5'),
    ]);
    expect(problems.map((p) => p.message.split(':')[0])).toEqual(['run', 'mode', 'memory.peakRssBytes']);
  });

  it('names a missing key at the place of what should hold it', () => {
    const { peakRssBytes: _, ...memory } = sound.memory;
    const text = textOf({ ...sound, memory });
    expect(problemsOf(text)).toEqual([
      expect.objectContaining({
        code: 'missing-key',
        message: 'memory.peakRssBytes is missing',
        ...placeOf(text, '{}'),
      }),
    ]);
  });

  const impossible: readonly (readonly [string, Partial<Measurement>, string])[] = [
    [
      'an interval that is not in order',
      { mix: { ...sound.mix, cpuSeconds: { ...sound.mix.cpuSeconds, low: 1 } } },
      'mix.cpuSeconds',
    ],
    [
      'CPU seconds of 0',
      { mix: { ...sound.mix, cpuSeconds: { value: 0, low: 0, high: 0, confidence: 0.95, rounds: 5 } } },
      'mix.cpuSeconds',
    ],
    [
      'percentiles that fall',
      { mix: { ...sound.mix, serviceTime: { ...sound.mix.serviceTime, p99: 1e-9 } } },
      'mix.serviceTime',
    ],
    ['shares that do not add up', { classes: sound.classes.slice(0, 1) }, 'classes'],
    ['no rounds', { rounds: [] }, 'rounds'],
    ['a negative rate of theft', { environment: { ...sound.environment, steal: -0.1 } }, 'environment.steal'],
  ];
  for (const [name, change, path] of impossible) {
    it(`refuses ${name}`, () => {
      expect(problemsOf(textOf({ ...sound, ...change }))[0]?.message).toContain(path);
    });
  }
});

describe('the JSON Schema of the measurement', () => {
  it('is what schemas/measurement.json holds', async () => {
    const file = new URL('../../schemas/measurement.json', import.meta.url).pathname;
    await expect(`${JSON.stringify(measurementJsonSchema(), null, 2)}\n`).toMatchFileSnapshot(file);
  });
});
