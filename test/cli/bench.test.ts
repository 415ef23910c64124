import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { bin, emptyFolder, headroom } from './headroom.ts';

/** A folder with some small photographs of noise. */
async function imageFolder(cwd: string): Promise<void> {
  mkdirSync(join(cwd, 'images'));
  for (const side of [200, 300, 400]) {
    const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
    const image = sharp({ create: { width: side, height: side, channels: 3, background: '#808080', noise } });
    writeFileSync(join(cwd, 'images', `${side}.jpg`), await image.jpeg().toBuffer());
  }
}

/** Processes whose environment holds a mark; none where the platform does not tell. */
function processesWith(mark: string): string[] {
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark);
    } catch {
      return false;
    }
  });
}

const quick = ['bench', '--quick', '--images', 'images', '--width', '100'];

describe('headroom bench', () => {
  it('measures, prints a table, and writes a file that compare and plan read', async () => {
    const cwd = emptyFolder();
    await imageFolder(cwd);
    const { code, stdout, stderr } = await headroom(quick, { cwd });
    expect(stderr).toContain('wrote headroom-measurement.json');
    expect(code).toBe(0);
    expect(stdout).toContain('Resizes to 100 px jpeg, quality 80');
    expect(stdout).toMatch(/^mix +100 % /m);
    expect(stdout).toContain('Trust: ');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);

    const file = 'headroom-measurement.json';
    const measured = JSON.parse(readFileSync(join(cwd, file), 'utf8'));
    expect(measured).toMatchObject({ complete: true, mode: 'quick' });
    const compared = await headroom(['bench', 'compare', file, file, '--json'], { cwd });
    expect(compared.code).toBe(0);
    expect(JSON.parse(compared.stdout)).toMatchObject({
      schema: 'headroom/bench-compare/v1',
      mix: { value: 1 },
    });
    // On a busy machine rounds may differ by more than any regression; here each is as the first one.
    const rounds = measured.rounds.map(() => measured.rounds[0]);
    writeFileSync(join(cwd, 'steady.json'), JSON.stringify({ ...measured, rounds }));
    const steady = await headroom(['bench', 'compare', 'steady.json', 'steady.json', '--json'], { cwd });
    expect(JSON.parse(steady.stdout)).toMatchObject({
      verdict: 'no regression',
      mix: { value: 1, low: 1, high: 1 },
    });
    const planned = await headroom(['plan', 'fleet', '--example'], { cwd });
    expect(planned.stderr).toContain(`measurement: ${file}`);
    expect(planned.code).toBe(0);
  }, 120_000);

  it('ends with 130 after Ctrl-C, keeping what was measured as incomplete, and leaves no process behind', async () => {
    const cwd = emptyFolder();
    await imageFolder(cwd);
    const mark = `HEADROOM_TEST_MARK=${cwd}`;
    const child = execa(process.execPath, [bin, ...quick], {
      cwd,
      env: { HEADROOM_TEST_MARK: cwd },
      reject: false,
      stdin: 'ignore',
    });
    await sleep(7000);
    if (process.platform === 'linux') expect(processesWith(mark).length).toBeGreaterThan(1);
    child.kill('SIGINT');
    const { exitCode, stderr } = await child;
    expect(exitCode).toBe(130);
    await sleep(500);
    expect(processesWith(mark)).toEqual([]);
    const file = join(cwd, 'headroom-measurement.json');
    if (existsSync(file)) {
      const { complete, rounds } = JSON.parse(readFileSync(file, 'utf8'));
      expect(complete).toBe(false);
      expect(rounds.length).toBeGreaterThan(0);
    } else {
      // On a crowded machine the first round may take longer than that.
      expect(stderr).toContain('nothing was written');
    }
  }, 60_000);

  it('refuses what cannot be measured before it measures', async () => {
    const refusals = [
      [['--width', '0'], '--width is 0'],
      [['--images', 'nowhere'], 'nowhere cannot be read'],
      [['--output', 'no/such/folder/m.json'], 'does not exist'],
      [['--rounds', '2'], '--rounds is 2'],
      [['--effort', '4'], 'means nothing for jpeg'],
    ] as const;
    const cwd = emptyFolder();
    for (const [flags, message] of refusals) {
      const { code, stdout, stderr } = await headroom(['bench', ...flags], { cwd });
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(message);
    }
  });
});
