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
});
