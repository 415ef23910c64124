import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LaunchOptions, launch } from './launch.ts';
import { lastLines } from './log.ts';
import { type Notes, signalGroup } from './notes.ts';
import { isReady } from './probe.ts';
import type { ProcessSpec } from './process-file.ts';

/** What happened to a process. */
export type ProcessEvent =
  | { readonly kind: 'starting' | 'stopping' | 'stopped' | 'killed'; readonly name: string }
  | { readonly kind: 'ready'; readonly name: string; readonly seconds: number }
  | { readonly kind: 'ended'; readonly name: string; readonly how: string; readonly againIn: number };

export interface KeepOptions extends LaunchOptions {
  readonly name: string;
  /** In seconds. */
  readonly restart: { readonly first: number; readonly most: number };
  /** Time that it may take until it is ready, in seconds. */
  readonly patience: number;
  readonly notes: Notes;
  readonly tell: (event: ProcessEvent) => void;
}

/** A process that is started again when it ends, until it is stopped. */
export interface Kept {
  readonly name: string;
  readonly pid: number | undefined;
  /** Resolves once it is ready; rejects where it does not become so. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Milliseconds between looks at a process that starts. */
const look = 200;
/** Ends before a process was ever ready, after which something is wrong that waiting does not mend. */
const mostEnds = 5;
const shownLines = 8;

/** Keeps one process running. Waits between starts double up to `restart.most`, and begin anew after a long life as ready. */
export function keep(spec: ProcessSpec, options: KeepOptions): Kept {
  const { name, restart, patience, notes, tell, log } = options;
  const stopping = new AbortController();
  let child: ChildProcess | undefined;
  let running: Promise<void> | undefined;
  let ends = 0;

  const run = async (isUp: () => void, failed: (error: Error) => void) => {
    let wait = restart.first;
    let everUp = false;
    while (!stopping.signal.aborted) {
      const startedAt = performance.now();
      let upSince = Infinity;
      const end = begin();
      const up = watch(end).then((ready) => {
        if (!ready) return;
        everUp = true;
        upSince = performance.now();
        tell({ kind: 'ready', name, seconds: (performance.now() - startedAt) / 1000 });
        isUp();
      });
      const how = await end;
      await up;
      notes.remove(name);
      if (stopping.signal.aborted) return;
      if (spec.once && how === 'with exit code 0') {
        tell({ kind: 'ready', name, seconds: (performance.now() - startedAt) / 1000 });
        return isUp();
      }
      ends += 1;
      if (!everUp && ends >= mostEnds) return failed(failure(name, `ended ${how}, ${ends} times`, log));
      if (performance.now() - upSince > 2000 * restart.most) wait = restart.first;
      tell({ kind: 'ended', name, how, againIn: wait });
      await sleep(wait * 1000, undefined, { signal: stopping.signal }).catch(() => undefined);
      wait = Math.min(2 * wait, restart.most);
    }
  };

  /** Starts it; resolves with how it ended, or why it could not start. */
  const begin = async (): Promise<string> => {
    tell({ kind: 'starting', name });
    let started: ChildProcess | undefined;
    try {
      started = launch(spec, options);
      const end = endOf(started);
      child = started;
      if (started.pid !== undefined) notes.write(name, started.pid);
      return await end;
    } catch (error) {
      // Without a note it would outlive us where we are killed.
      if (started?.pid !== undefined) signalGroup(started.pid, 'SIGKILL');
      return couldNotStart(error);
    }
  };

  const endOf = (started: ChildProcess): Promise<string> =>
    new Promise((resolve) => {
      started.once('error', (error) => resolve(couldNotStart(error)));
      started.once('exit', (code, signal) => {
        if (child === started) child = undefined;
        resolve(signal === null ? `with exit code ${code}` : `by ${signal}`);
      });
    });

  /** Looks until it is ready; false where it ended, or was stopped, before. */
  const watch = async (end: Promise<string>): Promise<boolean> => {
    if (spec.once) return false;
    let ended = false;
    end.then(() => {
      ended = true;
    });
    while (!ended && !stopping.signal.aborted) {
      if (await isReady(spec.ready)) return !ended;
      await Promise.race([sleep(look), end]);
    }
    return false;
  };

  return {
    name,
    get pid() {
      return child?.pid;
    },
    start: () =>
      new Promise((resolve, reject) => {
        const late = setTimeout(
          () => reject(failure(name, `was not ready within ${patience} s`, log)),
          patience * 1000,
        );
        const settle = (how: () => void) => {
          clearTimeout(late);
          how();
        };
        running = run(
          () => settle(resolve),
          (error) => settle(() => reject(error)),
        );
        running.then(
          () => settle(resolve),
          (error) => settle(() => reject(error)),
        );
      }),
    async stop() {
      stopping.abort();
      const last = child;
      if (last?.pid !== undefined && last.exitCode === null && last.signalCode === null) {
        tell({ kind: 'stopping', name });
        const gone = once(last, 'exit');
        last.kill(spec.signal);
        const inTime = await Promise.race([
          gone.then(() => true),
          sleep(spec.grace * 1000, false, { ref: false }),
        ]);
        // What it started and left behind ends too.
        signalGroup(last.pid, 'SIGKILL');
        await gone;
        tell({ kind: inTime ? 'stopped' : 'killed', name });
      }
      // What it failed of was told when it started; whoever it needs must still be stopped.
      await running?.catch(() => undefined);
    },
  };
}

function couldNotStart(error: unknown): string {
  return `because it could not start: ${error instanceof Error ? error.message : String(error)}`;
}

function failure(name: string, what: string, log: string): Error {
  const lines = lastLines(log, shownLines);
  return new Error(`${name} ${what}; its log ${log} ends with\n${lines || '(nothing)'}`);
}
