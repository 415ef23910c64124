import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { measurement } from '../app/measurement.ts';
import { emptyFolder, headroom } from './headroom.ts';

function measuredFolder(content: object = measurement): string {
  const cwd = emptyFolder();
  writeFileSync(join(cwd, 'headroom-measurement.json'), JSON.stringify(content));
  return cwd;
}

describe('a plan from a measurement', () => {
  it('takes the measurement of the folder, and says so', async () => {
    const { code, stderr } = await headroom(['plan', 'fleet', '--example'], { cwd: measuredFolder() });
    expect(code).toBe(0);
    expect(stderr).toContain('measurement: headroom-measurement.json (newest here)');
  });

  it('has the structure of the cited plan, other numbers, and measured origins', async () => {
    const cwd = measuredFolder();
    const run = async (which: string[]) =>
      JSON.parse((await headroom(['plan', 'fleet', '--example', '--json', ...which], { cwd })).stdout);
    const [measured, cited] = await Promise.all([run([]), run(['--measurement', 'cited'])]);
    const shape = ({ tiers }: typeof measured) => tiers.map(({ id }: { id: string }) => id);
    expect(shape(measured)).toEqual(shape(cited));
    expect(measured.measurement).toMatchObject({ kind: 'measured', run: measurement.run });
    const origins = Object.values<{ origin: { kind: string } }>(measured.quantities).map(
      ({ origin }) => origin.kind,
    );
    expect(origins).toContain('measured');
    expect(measured.quantities['worker.machines.count'].value).toBeLessThan(40);
    expect(measured.cited.counts.worker).toBe(40);
  });

  it("shows the essay's own arithmetic beside its own", async () => {
    const { stdout } = await headroom(['plan', 'fleet', '--example'], { cwd: measuredFolder() });
    expect(stdout).toMatch(/essay +this plan/);
    expect(stdout).toMatch(/worker\.busyCores +1,000 cores +\d+ cores/);
  });

  it('refuses an interrupted measurement, and takes it when told', async () => {
    const cwd = measuredFolder({ ...measurement, complete: false });
    const refused = await headroom(['plan', 'fleet', '--example'], { cwd });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('--allow-incomplete');
    const allowed = await headroom(['plan', 'fleet', '--example', '--allow-incomplete'], { cwd });
    expect(allowed.code).toBe(0);
  });
});
