import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import type { UsageConfig } from '../../../service/shared/config-types.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The aggregator's process, bundled; below node_modules, from where it finds the libraries. */
export async function buildAggregator(): Promise<{ readonly file: string; remove(): void }> {
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const dir = mkdtempSync(join(cache, 'headroom-aggregator-'));
  const bundle = await rolldown({
    input: { aggregator: join(root, 'test/service/usage/aggregator-process.ts') },
    platform: 'node',
    external: (id) => /^[^./]/.test(id) && !isAbsolute(id),
    cwd: root,
    logLevel: 'silent',
  });
  await bundle.write({ dir, format: 'esm', entryFileNames: '[name].mjs' });
  await bundle.close();
  return { file: join(dir, 'aggregator.mjs'), remove: () => rmSync(dir, { recursive: true, force: true }) };
}

export interface SpawnedAggregator {
  readonly url: string;
  /** Waits for the end; nothing where it has ended. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Starts it and waits until it listens. `wrap` is a program that starts it, such as `prlimit --fsize=… `. */
export async function spawnAggregator(
  file: string,
  folder: string,
  config: UsageConfig,
  wrap: readonly string[] = [],
): Promise<SpawnedAggregator> {
  const configFile = join(folder, 'config.json');
  writeFileSync(configFile, JSON.stringify(config));
  const [command = '', ...args] = [...wrap, process.execPath, file, configFile];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await firstLine(child);
  return {
    url,
    kill: async (signal) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('no output');
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error('the aggregator ended before it listened');
}
