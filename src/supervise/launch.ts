import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Fill } from './fill.ts';
import { closeLog, openLog } from './log.ts';
import type { ProcessSpec } from './process-file.ts';

export interface LaunchOptions {
  readonly dir: string;
  readonly log: string;
  readonly fill: Fill;
  readonly programs: (name: string) => string | undefined;
}

/** Starts a process in the folder of the process file, with a group of its own and its output in its log. */
export function launch(spec: ProcessSpec, { dir, log, fill, programs }: LaunchOptions): ChildProcess {
  for (const folder of spec.folders) mkdirSync(join(dir, folder), { recursive: true });
  const [first = '', ...rest] = spec.command.map(fill);
  const file = openLog(log);
  const env = Object.entries(spec.env).map(([name, value]) => [name, fill(value)] as const);
  const watched = spec.key?.pattern !== undefined;
  const child = spawn(programs(first) ?? first, rest, {
    cwd: dir,
    // Ctrl-C reaches us alone: we end them in order.
    detached: true,
    stdio: ['ignore', watched ? 'pipe' : file, file],
    env: { ...process.env, ...Object.fromEntries(env) },
  });
  if (watched && child.stdout) {
    const key = { file: join(dir, spec.key?.file ?? ''), pattern: new RegExp(spec.key?.pattern ?? '') };
    createInterface({ input: child.stdout })
      .on('line', (line) => writeSync(file, `${keepKey(line, key)}\n`))
      .on('close', () => closeLog(file));
  } else closeLog(file);
  return child;
}

/** A line for the log; a key in it goes into its own file instead. */
function keepKey(
  line: string,
  { file, pattern }: { readonly file: string; readonly pattern: RegExp },
): string {
  const key = pattern.exec(line)?.[1];
  if (key === undefined) return line;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, `${key}\n`, { mode: 0o600 });
  return line.replace(key, `(in ${file})`);
}
