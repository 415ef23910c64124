import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasEngine, runEngine } from '../engines/engine.ts';
import { emptyFolder, headroom } from './headroom.ts';

const minutes = 60_000;
const example = ['plan', 'slo', '--example', '--measurement', 'cited', '--format'];

/** Files of the folder that the program writes for promtool, by name. */
async function written(): Promise<Record<string, string>> {
  const cwd = emptyFolder();
  const { code } = await headroom([...example, 'promtool-test', '--output', 'rules'], { cwd });
  expect(code).toBe(0);
  const names = readdirSync(join(cwd, 'rules'));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(cwd, 'rules', name), 'utf8')]));
}

describe.skipIf(!hasEngine('promtool'))('promtool', () => {
  it('takes the rules as they are printed, lints included', async () => {
    const { stdout } = await headroom([...example, 'prometheus']);
    const { status, output } = runEngine('promtool', { 'r.yml': stdout }, [
      'check',
      'rules',
      '--lint-fatal',
      'r.yml',
    ]);
    expect(output).toMatch(/SUCCESS: \d+ rules found/);
    expect(status).toBe(0);
  });

  it(
    'passes every test of the folder as it is written',
    async () => {
      const files = await written();
      const tests = Object.keys(files).filter((name) => name.endsWith('.test.yml'));
      expect(tests.length).toBe(4);
      const { status, output } = runEngine('promtool', files, ['test', 'rules', ...tests]);
      expect(output).not.toContain('FAILED');
      expect(output.match(/SUCCESS/g)?.length).toBe(tests.length);
      expect(status).toBe(0);
    },
    5 * minutes,
  );

  it(
    'fails a test of the folder once a factor of the rules is changed',
    async () => {
      const files = await written();
      const rules = files['slo.rules.yml'] ?? '';
      const broken = rules.replaceAll('(3 * 0.0005)', '(3.3 * 0.0005)');
      expect(broken).not.toBe(rules);
      const { status, output } = runEngine('promtool', { ...files, 'slo.rules.yml': broken }, [
        ...['test', 'rules', 'slo.15m.test.yml'],
      ]);
      expect(output).toContain('FAILED');
      expect(status).toBe(1);
    },
    2 * minutes,
  );
});

describe.skipIf(!hasEngine('amtool'))('amtool', () => {
  it('takes the configuration as it is printed', async () => {
    const { stdout } = await headroom([...example, 'alertmanager']);
    const { status, output } = runEngine('amtool', { 'am.yml': stdout }, ['check-config', 'am.yml']);
    expect(output).toContain('SUCCESS');
    expect(status).toBe(0);
  });
});
