import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isHalfWritten, recover } from '../emit/write-tree.ts';
import { choose } from '../supervise/chosen.ts';
import { prepare } from '../supervise/fill.ts';
import type { ProcessEvent } from '../supervise/keep.ts';
import { readProcessFile } from '../supervise/process-file.ts';
import { findProgram } from '../supervise/programs.ts';
import { rootSets } from '../supervise/root-user.ts';
import { supervise } from '../supervise/supervise.ts';

export interface UpRequest {
  readonly cwd: string;
  /** Folder of the emitted files. */
  readonly dir: string;
  /** Folder that holds `dist`. */
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly tell: (event: ProcessEvent) => void;
  /** Engines that are missing, and what is done instead; said before anything starts. */
  readonly note: (text: string) => void;
}

/** A process as the table of a deployment shows it. */
export interface UpProcess {
  readonly name: string;
  readonly tier: string;
  readonly pid: number | undefined;
  readonly ports: readonly string[];
  readonly log: string;
}

export interface UpResponse {
  /** Where customers connect. */
  readonly address: string;
  /** File of the first customer's key, where there is one. */
  readonly keyFile?: string;
  readonly key?: string;
  readonly processes: readonly UpProcess[];
  /** Ends all of it. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts what `emit --target local` wrote; resolves once all of it is ready. Where `signal` is aborted before, all is
 * ended again, and the response has no processes that run. Throws InvalidInput, or an Error that names what failed.
 */
export async function up(request: UpRequest, signal: AbortSignal): Promise<UpResponse> {
  const { cwd, dir: shown, root, env, tell, note } = request;
  const dir = resolve(cwd, shown);
  if (isHalfWritten(dir)) {
    recover(dir);
    note(`an earlier run of emit was killed while it wrote ${shown}: completed first`);
  }
  const file = readProcessFile(dir, shown);
  const programs = (name: string) => findProgram(name, env);
  const chosen = choose(file, (name) => programs(name) !== undefined);
  for (const each of chosen.notes) note(each);
  const folderOf = (name: string) => {
    const program = programs(name);
    return program === undefined ? '' : dirname(program);
  };
  const service = join(root, 'dist', 'service');
  const ground = { dir, node: process.execPath, service, folderOf };
  const fill = prepare(file, ground, {
    ...chosen.sets,
    ...(process.getuid?.() === 0 ? rootSets(file, chosen, dir) : {}),
  });
  const deployment = await supervise({ dir, file, chosen, fill, programs, tell }, signal);
  const processes = deployment.processes.map(({ name, pid }): UpProcess => {
    const { tier = '', ports = [] } = chosen.processes[name] ?? {};
    return { name, tier, pid, ports, log: deployment.logOf(name) };
  });
  const keyFile = Object.values(chosen.processes).find(({ key }) => key !== undefined)?.key?.file;
  const path = keyFile === undefined ? undefined : join(dir, keyFile);
  return {
    address: chosen.address,
    ...(path === undefined || !existsSync(path)
      ? {}
      : { keyFile: path, key: readFileSync(path, 'utf8').trim() }),
    processes,
    stop: deployment.stop,
  };
}
