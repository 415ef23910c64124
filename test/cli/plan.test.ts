import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planDocument } from '../../src/render/plan-document.ts';
import { emptyFolder, headroom, shell } from './headroom.ts';

const fleet = ['plan', 'fleet', '--example', '--measurement', 'cited'];
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are escape sequences.
const colour = /\u001b\[/;

describe('headroom plan fleet', () => {
  it('prints the sizes of the built-in example, and on stderr what it planned from', async () => {
    const { code, stdout, stderr } = await headroom(fleet);
    expect(code).toBe(0);
    expect(stdout).toMatch(/resize workers +40 machines +headroom/);
    expect(stdout).toMatch(/API servers +3 servers/);
    expect(stderr).toContain('spec: built-in example (--example)');
    expect(stderr).toContain('measurement: none, the cited figure is used');
  });

  it('prints JSON that the published schema describes completely', async () => {
    const { code, stdout } = await headroom([...fleet, '--json']);
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    expect(planDocument.parse(document)).toEqual(document);
  });

  it('prints the same JSON for --json and --format json', async () => {
    const [short, long] = await Promise.all([
      headroom([...fleet, '--json']),
      headroom([...fleet, '--format', 'json']),
    ]);
    expect(long.stdout).toBe(short.stdout);
  });

  it('is silent on stderr with --quiet', async () => {
    const { stderr } = await headroom([...fleet, '--quiet']);
    expect(stderr).toBe('');
  });

  it('writes the result to a file, and nothing to stdout', async () => {
    const cwd = emptyFolder();
    const { code, stdout, stderr } = await headroom([...fleet, '--format', 'csv', '--output', 'fleet.csv'], {
      cwd,
    });
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain('wrote fleet.csv');
    expect(readFileSync(join(cwd, 'fleet.csv'), 'utf8')).toMatch(/^tier,title,count,/);
  });

  it('leaves no file behind where the output cannot be written', async () => {
    const cwd = emptyFolder();
    const { code, stderr } = await headroom([...fleet, '--output', 'gone/fleet.txt'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('cannot write gone/fleet.txt');
    expect(existsSync(join(cwd, 'gone'))).toBe(false);
  });

  it('takes --set for any quantity, and names an unknown one', async () => {
    const set = await headroom([...fleet, '--set', 'worker.throughputPerCore=20 req/s/core', '--json']);
    expect(JSON.parse(set.stdout).quantities['worker.busyCores'].value).toBe(500);
    const unknown = await headroom([...fleet, '--set', 'worker.troughputPerCore=20 req/s/core']);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('worker.throughputPerCore');
  });

  it('exits with 3 under --check where an objective is not met, and still prints the plan', async () => {
    const slow = [...fleet, '--set', 'objectives.latency.below=1 ms'];
    const checked = await headroom([...slow, '--check']);
    expect(checked.code).toBe(3);
    expect(checked.stdout).toContain('resize workers');
    expect((await headroom(slow)).code).toBe(0);
    expect((await headroom([...fleet, '--check'])).code).toBe(0);
  });
});

describe('the terminal', () => {
  it.each([['60'], ['80'], ['100']])('gets lines of at most %s columns', async (COLUMNS) => {
    const { stdout } = await headroom([...fleet, '--findings'], { env: { COLUMNS } });
    expect(stdout.split('\n').filter((line) => line.length > Number(COLUMNS))).toEqual([]);
  });

  it('gets colours only where it wants them', async () => {
    expect((await headroom(fleet)).stdout).not.toMatch(colour);
    expect((await headroom(fleet, { env: { FORCE_COLOR: '1' } })).stdout).toMatch(colour);
    expect((await headroom(fleet, { env: { NO_COLOR: '1' } })).stdout).not.toMatch(colour);
  });

  it('may close the pipe early: `| head -1` gets its line and nobody fails', async () => {
    const { stdout, stderr, code } = await shell(
      `headroom ${fleet.join(' ')} --quiet | head -1; echo "\${PIPESTATUS[*]}"`,
    );
    expect(stderr).toBe('');
    expect(stdout.trim().split('\n')).toHaveLength(2);
    expect(stdout).toMatch(/\n0 0\n$/);
    expect(code).toBe(0);
  });

  it('may read slowly: everything arrives', async () => {
    const whole = (await headroom([...fleet, '--json'])).stdout;
    const { stdout } = await shell(`headroom ${fleet.join(' ')} --json --quiet | (sleep 2; cat)`);
    expect(whole.length).toBeGreaterThan(70_000);
    expect(stdout).toBe(whole);
  });
});

describe('a missing spec', () => {
  it.each([
    ['in CI', ['plan', 'fleet'], { CI: 'true' }],
    ['with --check', ['plan', 'fleet', '--check'], {}],
    ['without a terminal', ['plan'], {}],
    ['in HEADROOM_FILE', ['plan'], { HEADROOM_FILE: 'gone.yaml' }],
  ])('is refused %s', async (_, args, env) => {
    const { code, stdout, stderr } = await headroom(args, { env });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/no headroom\.yaml|no such file/);
  });

  it('is one JSON object with --json', async () => {
    const { code, stdout, stderr } = await headroom(['plan', '--json']);
    expect([code, stderr]).toEqual([2, '']);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'headroom/error/v1', code: 'bad-file' });
  });
});

describe('a wrong spec', () => {
  it('has all its problems told with file, line and column, in order', async () => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, 'headroom.yaml'), 'name: x\nworkload:\n  peak: -5 req/s\n  pek: 1\n');
    const { code, stdout, stderr } = await headroom(['plan'], { cwd });
    expect([code, stdout]).toEqual([2, '']);
    const places = [...stderr.matchAll(/^headroom\.yaml:(\d+):\d+: /gm)].map(([, line]) => Number(line));
    expect(places.length).toBeGreaterThanOrEqual(2);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });
});

describe('headroom explain', () => {
  it('shows the tree of one number down to its origins', async () => {
    const { code, stdout } = await headroom(['explain', 'worker.machines.count', ...fleet.slice(2)]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^worker\.machines\.count = 40 machines/);
    expect(stdout).toMatch(/cited \(/);
  });

  it('prints the formula as LaTeX', async () => {
    const { stdout } = await headroom([
      'explain',
      'worker.busyCores',
      '--format',
      'latex',
      ...fleet.slice(2),
    ]);
    expect(stdout).toMatch(/frac|cdot|mathrm/);
  });

  it('carries value, unit, formula, inputs and origin as data', async () => {
    const { stdout } = await headroom(['explain', 'worker.busyCores', '--json', ...fleet.slice(2)]);
    const explanation = JSON.parse(stdout);
    expect(explanation).toMatchObject({ schema: 'headroom/explanation/v1', value: 1000, unit: 'core' });
    expect(explanation.inputs.length).toBeGreaterThan(0);
  });

  it('refuses an unknown name and says which was meant', async () => {
    const { code, stderr } = await headroom(['explain', 'worker.machine.count', ...fleet.slice(2)]);
    expect(code).toBe(2);
    expect(stderr).toContain('did you mean worker.machines.count?');
  });

  it('lists what begins with a name that is no quantity itself', async () => {
    const list = async (name: string) => {
      const run = await headroom(['explain', name, '--json', ...fleet.slice(2)]);
      const { quantities, objects } = JSON.parse(run.stdout) as Record<string, { name: string }[]>;
      return [...(quantities ?? []), ...(objects ?? [])].map((one) => one.name);
    };
    const machines = await list('worker.machines');
    expect(machines).toContain('worker.machines.zone');
    expect(machines.filter((name) => !name.startsWith('worker.machines.'))).toEqual([]);
    expect(await list('workload.')).toEqual(expect.arrayContaining(['workload.peak', 'workload.traffic']));
  });

  it.each(['worker.cpuCurve', 'workload.payloadMix', 'workload.traffic'])(
    'shows the points of %s, as data and for people',
    async (name) => {
      const json = await headroom(['explain', name, '--json', ...fleet.slice(2)]);
      const { object } = JSON.parse(json.stdout);
      const points: unknown[] = object.points ?? object.classes ?? object.hourly;
      expect(points.length).toBeGreaterThanOrEqual(2);
      const { stdout } = await headroom(['explain', name, ...fleet.slice(2)]);
      expect(stdout).toMatch(/by hour from 0: \d|% of 64 kB, |in 100 ms/);
    },
  );

  it('lists all quantities without a name', async () => {
    const { code, stdout } = await headroom(['explain', '--format', 'csv', ...fleet.slice(2)]);
    expect(code).toBe(0);
    expect(stdout.split('\n').length).toBeGreaterThan(100);
  });
});
