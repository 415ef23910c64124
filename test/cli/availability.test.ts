import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { availabilityDocument } from '../../src/render/availability-document.ts';
import { emptyFolder, headroom } from './headroom.ts';

const example = ['plan', 'availability', '--example', '--measurement', 'cited'];
const observed = ['--observed-from', '2026-01-01T00:00', '--observed-to', '2026-04-01T00:00'];

describe('headroom plan availability', () => {
  it('contrasts P^N with the correlated truth, and says what it planned from on stderr', async () => {
    const { code, stdout, stderr } = await headroom(example);
    expect(code).toBe(0);
    expect(stdout).toMatch(/worker +1\.00e-80 +8\.\d\de-3/);
    expect(stdout).toContain('the floor is');
    expect(stderr).toContain('spec: built-in example');
  });

  it('prints JSON that the published schema describes completely', async () => {
    const { code, stdout } = await headroom([...example, '--json']);
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    expect(availabilityDocument.parse(document)).toEqual(document);
  });

  it('exits with 3 under --check where an objective is missed, and still prints the plan', async () => {
    const { code, stdout } = await headroom([...example, '--check', '--question', 'steady']);
    expect(code).toBe(3);
    expect(stdout).toContain('In the long run');
    expect(stdout).not.toContain('At an instant');
  });

  it('takes a mission, and refuses what is no time', async () => {
    const { stdout } = await headroom([...example, '--json', '--mission', '90 d']);
    expect(JSON.parse(stdout).missionHours).toBe(2160);
    const wrong = await headroom([...example, '--mission', '5 GB']);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('--mission 5 GB is no time above 0');
  });

  it('reads incidents, and points at every problem in them', async () => {
    const cwd = emptyFolder();
    const good = 'start,end,component\n2026-02-01T10:00,2026-02-01T11:00,api\n';
    writeFileSync(join(cwd, 'good.csv'), good);
    const { code, stdout } = await headroom([...example, '--incidents', 'good.csv', ...observed, '--json'], {
      cwd,
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).tables[1].service.demonstrated).toMatchObject({ kind: 'bound', outages: 1 });

    const bad =
      'start,end,component\n2026-02-01T11:00,2026-02-01T10:00,api\n2026-02-03T10:00,2026-02-03T11:00,apj\n';
    writeFileSync(join(cwd, 'bad.csv'), bad);
    const refused = await headroom([...example, '--incidents', 'bad.csv', ...observed], { cwd });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('bad.csv:2:18');
    expect(refused.stderr).toContain('bad.csv:3:35');
  });

  it('asks for the time that incidents were recorded for', async () => {
    const { code, stderr } = await headroom([...example, '--incidents', 'gone.csv']);
    expect(code).toBe(2);
    expect(stderr).toContain('--incidents needs --observed-from and --observed-to');
  });
});

describe('headroom plan', () => {
  it('prints availability in brief below the fleet', async () => {
    const { code, stdout } = await headroom(['plan', '--example', '--measurement', 'cited']);
    expect(code).toBe(0);
    expect(stdout.indexOf('resize workers')).toBeLessThan(stdout.indexOf('Availability: In the long run'));
    expect(stdout).toContain('headroom plan availability shows');
  });

  it('holds in JSON what each of its parts prints for itself, and a part holds itself alone', async () => {
    const json = async (...args: string[]) =>
      JSON.parse((await headroom([...args, '--example', '--measurement', 'cited', '--json'])).stdout);
    const [whole, fleet, availability] = [
      await json('plan'),
      await json('plan', 'fleet'),
      await json('plan', 'availability'),
    ];
    expect(whole).toEqual({ ...fleet, availability });
  });
});

describe('headroom explain of availability', () => {
  const source = ['--example', '--measurement', 'cited'];

  it('shows the question, the law and the origins of a number', async () => {
    const { code, stdout } = await headroom(['explain', 'api.availability.correlated', ...source]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^api\.availability\.correlated = 3\.91e-4/);
    for (const word of [
      'answers: in the long run',
      'P(S)',
      'cited (',
      'given (built-in example:',
      'assumed (',
    ]) {
      expect(stdout.replace(/[│\s]+/g, ' ')).toContain(word);
    }
  });

  it('lists them by what they begin with, writes LaTeX, and says which misspelt name was meant', async () => {
    const list = await headroom(['explain', 'api.availability.instant', '--json', ...source]);
    const names = JSON.parse(list.stdout).quantities.map(({ name }: { name: string }) => name);
    expect(names).toContain('api.availability.instant.naive');
    const latex = await headroom(['explain', 'api.availability.naive', '--format', 'latex', ...source]);
    expect(latex.stdout).toBe('P^{N}\n');
    const wrong = await headroom(['explain', 'api.availability.corelated', ...source]);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('did you mean api.availability.correlated?');
  });

  it('reads rates from incidents where it is told to, and refuses to without any', async () => {
    const cwd = emptyFolder();
    const rows = [1, 2, 3, 4, 5].map(
      (day) => `2026-02-0${day}T10:00,2026-02-0${day}T10:10,api,bad release\n`,
    );
    writeFileSync(join(cwd, 'log.csv'), `start,end,component,cause\n${rows.join('')}`);
    const use = ['--use-incidents', '--incidents', 'log.csv', ...observed];
    const { code, stdout } = await headroom(['explain', 'causes.version.rate', '--json', ...source, ...use], {
      cwd,
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).origin).toMatchObject({ kind: 'measured', file: 'log.csv' });
    const none = await headroom([...example, '--use-incidents']);
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('--use-incidents needs --incidents');
  });
});
