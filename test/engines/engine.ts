import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Outcome {
  readonly status: number;
  readonly output: string;
}

/**
 * Whether a real engine is on this machine. Where it is missing, tests that need it are skipped and say so, unless
 * HEADROOM_REQUIRE_ENGINES=1: then its absence is a failure. `scripts/engines install` brings them.
 */
export function hasEngine(command: string): boolean {
  const found = spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
  if (found) return true;
  if (process.env['HEADROOM_REQUIRE_ENGINES'] === '1') {
    throw new Error(`${command} is required and missing; run scripts/engines install`);
  }
  process.stderr.write(`${command} is missing, its tests are skipped; scripts/engines install brings it\n`);
  return false;
}

/** Runs an engine on files in a folder of their own, which is removed afterwards. */
export function runEngine(
  command: string,
  files: Readonly<Record<string, string>>,
  args: readonly string[],
): Outcome {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-engine-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return {
      status: 0,
      output: execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' }),
    };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number | null; stdout: string; stderr: string };
    if (status === null || status === undefined) throw error;
    return { status, output: `${stdout}${stderr}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
