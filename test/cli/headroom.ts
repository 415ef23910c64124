import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

export const bin = fileURLToPath(new URL('../../bin/run.cjs', import.meta.url));

/** A fresh folder without a spec in it or above. */
export function emptyFolder(): string {
  return mkdtempSync(join(tmpdir(), 'headroom-cli-'));
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The environment of a plain shell: what decides colours, widths and discovery is not inherited. */
export const neutral: Readonly<Record<string, string | undefined>> = {
  CI: undefined,
  NO_COLOR: undefined,
  FORCE_COLOR: undefined,
  COLUMNS: undefined,
  HEADROOM_FILE: undefined,
  HEADROOM_DEBUG: undefined,
  TERM: 'xterm-256color',
};

/** Runs the built program with pipes instead of a terminal; a non-zero exit is a result, not an exception. */
export async function headroom(args: readonly string[], { cwd = emptyFolder(), env = {} }: RunOptions = {}) {
  const { exitCode, stdout, stderr, signal } = await execa(process.execPath, [bin, ...args], {
    cwd,
    env: { ...neutral, ...env } as Record<string, string>,
    reject: false,
    stdin: 'ignore',
    stripFinalNewline: false,
    maxBuffer: 100e6,
  });
  return { code: exitCode, stdout, stderr, signal };
}

/** Runs a line of shell in which `headroom` is the built program. */
export async function shell(line: string, { cwd = emptyFolder(), env = {} }: RunOptions = {}) {
  const script = `headroom() { "${process.execPath}" "${bin}" "$@"; }\n${line}`;
  const { exitCode, stdout, stderr } = await execa('bash', ['-c', script], {
    cwd,
    env: { ...neutral, ...env } as Record<string, string>,
    reject: false,
    stripFinalNewline: false,
    maxBuffer: 100e6,
  });
  return { code: exitCode, stdout, stderr };
}
