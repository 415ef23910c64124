import { mkdirSync, mkdtempSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseMeasurement } from '../../src/app/choose-measurement.ts';
import type { FoundSpec } from '../../src/app/find-spec.ts';
import { InvalidInput } from '../../src/problems/problem.ts';
import { exampleSpec } from '../../src/spec/example.ts';
import type { Spec } from '../../src/spec/types.ts';
import { measurement } from './measurement.ts';

const example: FoundSpec = { kind: 'example', because: '--example' };
const spec = exampleSpec();

function folder(files: Readonly<Record<string, object | string>>): string {
  const cwd = mkdtempSync(join(tmpdir(), 'headroom-measured-'));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(cwd, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return cwd;
}

const at = (run: string) => ({ ...measurement, run });
const query = (cwd: string, asked?: string) => ({ cwd, asked, allowIncomplete: false });

describe('the measurement that is planned from', () => {
  it('is the file that was asked for', async () => {
    const cwd = folder({ 'mine.json': measurement, 'headroom-measurement.json': measurement });
    const chosen = await chooseMeasurement(query(cwd, 'mine.json'), spec, example);
    expect(chosen).toMatchObject({ because: '--measurement', measurement: { file: 'mine.json' } });
  });

  it('is none where the cited figure was asked for, though a file is near', async () => {
    const cwd = folder({ 'headroom-measurement.json': measurement });
    expect((await chooseMeasurement(query(cwd, 'cited'), spec, example)).measurement).toBeUndefined();
  });

  it('is the one that the spec names, relative to the spec', async () => {
    const cwd = folder({ 'headroom-measurement.json': measurement });
    mkdirSync(join(cwd, 'below'));
    writeFileSync(join(cwd, 'below', 'named.json'), JSON.stringify(measurement));
    const named: Spec = {
      ...spec,
      measurement: { value: 'named.json', origin: { kind: 'assumed', why: 'a test' } },
    };
    const found: FoundSpec = {
      kind: 'file',
      path: join(cwd, 'below', 'headroom.yaml'),
      shown: 'below/headroom.yaml',
      because: '--file',
    };
    const chosen = await chooseMeasurement(query(cwd), named, found);
    expect(chosen).toMatchObject({ because: 'named by the spec', measurement: { file: 'named.json' } });
  });

  it('is the newest run among the files there, not the file written last', async () => {
    const cwd = folder({
      'headroom-measurement.json': at('2026-03-01T00:00:00.000Z'),
      'headroom-measurement-old.json': at('2026-02-01T00:00:00.000Z'),
    });
    const past = new Date('2020-01-01');
    utimesSync(join(cwd, 'headroom-measurement.json'), past, past);
    const chosen = await chooseMeasurement(query(cwd), spec, example);
    expect(chosen.measurement?.file).toBe('headroom-measurement.json');
  });

  it('is none where there is no file, and the reason says what makes one', async () => {
    const chosen = await chooseMeasurement(query(folder({ 'other.json': {} })), spec, example);
    expect(chosen.measurement).toBeUndefined();
    expect(chosen.because).toContain('headroom bench');
  });
});

describe('a measurement that the spec names', () => {
  const namedAs = (value: string): Spec => ({
    ...spec,
    measurement: { value, origin: { kind: 'given', file: 'below/headroom.yaml', line: 3, column: 14 } },
  });
  const choose = (value: string, files: Readonly<Record<string, object | string>>) => {
    const path = join(folder(files), 'headroom.yaml');
    const found: FoundSpec = { kind: 'file', path, shown: 'below/headroom.yaml', because: '--file' };
    return chooseMeasurement(query(tmpdir()), namedAs(value), found);
  };

  it('is the published figure for `cited`, though a measurement is beside the spec', async () => {
    const chosen = await choose('cited', { 'headroom-measurement.json': measurement });
    expect(chosen).toEqual({ because: 'named by the spec' });
  });

  it('is refused at its place in the spec where there is no such file', async () => {
    const refused = choose('nope.json', {});
    await expect(refused).rejects.toMatchObject({
      problems: [
        {
          ...{ code: 'bad-file', file: 'below/headroom.yaml', line: 3, column: 14 },
          message: expect.stringContaining('nope.json') as string,
        },
      ],
    });
  });

  it('is refused at its own line where its content is wrong', async () => {
    const refused = choose('broken.json', { 'broken.json': '{\n  "schema": ' });
    await expect(refused).rejects.toMatchObject({ problems: [{ file: 'broken.json' }] });
  });
});

describe('a measurement that cannot be used', () => {
  it('is refused when it was interrupted, unless that is allowed', async () => {
    const cwd = folder({ 'cut.json': { ...measurement, complete: false } });
    await expect(chooseMeasurement(query(cwd, 'cut.json'), spec, example)).rejects.toThrow('incomplete');
    const allowed = { ...query(cwd, 'cut.json'), allowIncomplete: true };
    expect((await chooseMeasurement(allowed, spec, example)).measurement?.data.complete).toBe(false);
  });

  it.each([
    ['a file that does not exist', 'gone.json'],
    ['a folder', '.'],
    ['a file that is not JSON', 'broken.json'],
  ])('is an InvalidInput: %s', async (_, asked) => {
    const cwd = folder({ 'broken.json': '{"schema": ' });
    await expect(chooseMeasurement(query(cwd, asked), spec, example)).rejects.toBeInstanceOf(InvalidInput);
  });
});
