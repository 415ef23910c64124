import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidInput, type Problem } from '../problems/problem.ts';
import type { Chosen } from './chosen.ts';
import type { Fill } from './fill.ts';
import { type Kept, keep, type ProcessEvent } from './keep.ts';
import { endGroup, notesIn, signalGroup } from './notes.ts';
import { startOrder } from './order.ts';
import { portOwner } from './port-owner.ts';
import { takesConnections } from './probe.ts';
import type { ProcessFile } from './process-file.ts';

export interface SuperviseOptions {
  /** Folder of the process file, absolute. */
  readonly dir: string;
  readonly file: ProcessFile;
  readonly chosen: Chosen;
  readonly fill: Fill;
  readonly programs: (name: string) => string | undefined;
  readonly tell: (event: ProcessEvent) => void;
}

/** A deployment of which every process is ready. */
export interface Deployment {
  readonly processes: readonly Kept[];
  logOf(name: string): string;
  /** Ends all processes, those first that nobody else needs. */
  stop(): Promise<void>;
}

/** Milliseconds for a port that nobody seems to have: the threads of a process that ended may hold it a moment longer. */
const lettingGo = 2000;
const look = 50;

/** Name of our own note, beside those of the processes. */
const own = '.up';

/**
 * Starts all processes, each when those that it needs are ready, and keeps them running. Where one does not become
 * ready, or `signal` is aborted meanwhile, all are ended again and the reason is thrown.
 */
export async function supervise(options: SuperviseOptions, signal: AbortSignal): Promise<Deployment> {
  const { dir, file, chosen, tell } = options;
  const known = Object.values(file.processes).map(({ tier }) => tier);
  const order = startOrder(chosen.processes, known);
  const run = join(dir, file.run);
  const notes = notesIn(join(run, 'pids'));
  await endLeftovers(notes);
  await refuseTakenPorts(chosen);
  notes.write(own, process.pid);
  mkdirSync(join(run, 'logs'), { recursive: true, mode: 0o700 });
  const logOf = (name: string) => join(run, 'logs', `${name}.log`);
  const kept = new Map<string, Kept>();
  for (const name of order.keys()) {
    const spec = chosen.processes[name];
    if (spec === undefined) continue;
    const { fill, programs } = options;
    const common = { ...file, notes, tell, dir, fill, programs };
    kept.set(name, keep(spec, { ...common, name, log: logOf(name) }));
  }
  // Whoever ends us at once, as a second Ctrl-C does, means all of it.
  const endAtOnce = () => {
    for (const { pid } of kept.values()) if (pid !== undefined) signalGroup(pid, 'SIGKILL');
  };
  process.once('exit', endAtOnce);
  const stop = async () => {
    await stopInOrder(order, kept);
    process.off('exit', endAtOnce);
    notes.remove(own);
  };
  try {
    await startInOrder(order, kept, signal);
  } catch (error) {
    await stop();
    throw error;
  }
  return { processes: [...kept.values()], logOf, stop };
}

/** Each process starts as soon as those that it needs are ready. */
async function startInOrder(
  order: ReadonlyMap<string, readonly string[]>,
  kept: ReadonlyMap<string, Kept>,
  signal: AbortSignal,
): Promise<void> {
  const failed = new AbortController();
  const ready = new Map<string, Promise<void>>();
  for (const [name, waits] of order) {
    const mine = Promise.all(waits.map((each) => ready.get(each))).then(async () => {
      if (!signal.aborted && !failed.signal.aborted) await kept.get(name)?.start();
    });
    ready.set(name, mine);
    mine.catch(() => failed.abort());
  }
  const aborted = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });
  await Promise.race([Promise.all(ready.values()), aborted]);
}

/** Those first that nobody waits for; what is needed ends after its users. */
async function stopInOrder(
  order: ReadonlyMap<string, readonly string[]>,
  kept: ReadonlyMap<string, Kept>,
): Promise<void> {
  const ended = new Map<string, Promise<void>>();
  for (const name of [...order.keys()].reverse()) {
    const users = [...order].filter(([, waits]) => waits.includes(name)).map(([user]) => ended.get(user));
    ended.set(
      name,
      Promise.all(users).then(() => kept.get(name)?.stop()),
    );
  }
  await Promise.all(ended.values());
}

async function endLeftovers(notes: ReturnType<typeof notesIn>): Promise<void> {
  const living = notes.living();
  const other = living.find(({ name }) => name === own);
  if (other !== undefined) {
    throw fault(
      `this deployment runs already (pid ${other.pid})`,
      'stop that one first, or use another folder',
    );
  }
  await Promise.all(
    living.map(async ({ name, pid }) => {
      await endGroup(pid);
      notes.remove(name);
    }),
  );
}

async function refuseTakenPorts({ processes }: Chosen): Promise<void> {
  const wanted = Object.entries(processes).flatMap(([name, { ports }]) =>
    ports.map((address) => ({ name, address })),
  );
  const problems = await Promise.all(
    wanted.map(async ({ name, address }): Promise<Problem[]> => {
      const owner = await ownerOf(address);
      if (owner === undefined) return [];
      const message = `${address}, which ${name} needs, is taken by ${owner}`;
      const advice = 'stop that one, or emit with other ports: --set local.port.base=21000';
      return [{ code: 'bad-file', message, advice }];
    }),
  );
  if (problems.flat().length > 0) throw new InvalidInput(problems.flat());
}

/** Whoever listens there; undefined where nobody does. */
async function ownerOf(address: string): Promise<string | undefined> {
  for (let waited = 0; await takesConnections(address); waited += look) {
    const known = portOwner(Number(address.split(':')[1]));
    if (known !== undefined || waited >= lettingGo) return known ?? 'another process';
    await sleep(look);
  }
  return undefined;
}

function fault(message: string, advice: string): InvalidInput {
  return new InvalidInput([{ code: 'bad-file', message, advice }]);
}
