import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigInvalid, checkConfig, readConfig } from '../../../service/shared/config.ts';
import { readSecret, SecretMissing } from '../../../service/shared/secret.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-config-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const billing = {
  engine: 'duckdb',
  cores: 1,
  partitions: 1,
  period: 60,
  deadline: 60,
  prices: { cpuSecond: '0.00005', byte: '0.00000000002' },
  coldStore: { url: 'file:///cold', bucket: 'records', retention: 3600 },
};
const config = { schema: 'headroom/service-config/v1', billing };

function problemsOf(value: unknown): readonly string[] {
  try {
    checkConfig(value);
  } catch (error) {
    if (error instanceof ConfigInvalid)
      return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
  return [];
}

describe('the config of a role', () => {
  it('gets the defaults of the schema, and the input stays as it was', () => {
    const input = structuredClone(config);
    expect(checkConfig(input).logLevel).toBe('info');
    expect(input).toEqual(config);
  });

  it('tells all problems at once, each with its path', () => {
    const wrong = {
      schema: 'headroom/service-config/v1',
      billing: { ...billing, engine: 'hadoop', cores: 0, core: 2, deadline: undefined },
    };
    const problems = problemsOf(wrong);
    expect(problems).toContain('billing.core: unknown key');
    expect(problems).toContain('billing.deadline: missing');
    expect(problems).toContain('billing.cores: must be >= 1');
    expect(problems.find((each) => each.startsWith('billing.engine'))).toContain('"duckdb", "spark"');
    expect(problems).toHaveLength(4);
  });

  it('names the file where it is missing or no JSON', async () => {
    const file = join(folder, 'broken.json');
    writeFileSync(file, '{');
    await expect(readConfig(file)).rejects.toThrow('broken.json');
    await expect(readConfig(join(folder, 'absent.json'))).rejects.toThrow('absent.json');
  });

  it('is read from a file', async () => {
    const file = join(folder, 'billing.json');
    writeFileSync(file, JSON.stringify(config));
    expect((await readConfig(file)).billing?.prices.byte).toBe('0.00000000002');
  });
});

describe('a secret', () => {
  it('is read from a file without its last newline', async () => {
    const file = join(folder, 'secret');
    writeFileSync(file, 'open sesame\n');
    expect(await readSecret({ file })).toBe('open sesame');
  });

  it('that is missing is an error that names the place', async () => {
    await expect(readSecret({ env: 'HEADROOM_TEST_NO_SUCH' })).rejects.toThrow(SecretMissing);
    await expect(readSecret({ file: join(folder, 'none') })).rejects.toThrow('none (ENOENT)');
    await expect(readSecret({ file: folder })).rejects.toThrow(`no secret in file ${folder} (EISDIR)`);
  });
});
