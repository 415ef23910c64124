import { type ChildProcess, fork } from 'node:child_process';
import type { Writable } from 'node:stream';
import { type Answer, imageDescriptor, type Order, type ready, type Task } from './protocol.ts';

/** The process ended before it answered. */
export class ProcessDied extends Error {
  override readonly name = 'ProcessDied';
}

/** The process was killed because its task took too long. */
export class TaskTimedOut extends Error {
  override readonly name = 'TaskTimedOut';
}

export type KillReason = 'timeout' | 'memory';

/** A process that resizes one image at a time. */
export interface ResizeChild {
  readonly pid: number | undefined;
  /** Why it was killed, where it was. */
  readonly killedFor: KillReason | undefined;
  /** Resolves when it takes tasks; rejects with ProcessDied. */
  readonly ready: Promise<void>;
  /** Resolves with how it ended. */
  readonly ended: Promise<string>;
  /** Rejects with TaskTimedOut after `seconds`, with ProcessDied where the process ends over it. */
  run(task: Task, seconds: number): Promise<Answer>;
  /** Ends it at once: a resize that runs in the library cannot be cancelled otherwise. */
  kill(reason?: KillReason): void;
}

/** Of our own environment a process gets what its libraries may need, and no secrets: it decodes strangers' bytes. */
const inherited = [
  'PATH',
  'HOME',
  'TMPDIR',
  'LANG',
  'TZ',
  'LD_LIBRARY_PATH',
  'LD_PRELOAD',
  'MALLOC_ARENA_MAX',
];

/** Starts a process from its built main module. */
export function startChild(path: string): ResizeChild {
  const env = Object.fromEntries(
    inherited.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const child = fork(path, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc', 'pipe'],
    execArgv: [],
    env,
  });
  const images = child.stdio[imageDescriptor] as Writable;
  // It breaks where the process ends over a task; `exit` tells.
  images.on('error', () => {});
  let end: string | undefined;
  const ended = new Promise<string>((resolve) => {
    const onEnd = (how: string) => {
      end ??= how;
      resolve(end);
    };
    child.once('exit', (code, signal) => onEnd(signal === null ? `code ${code}` : `signal ${signal}`));
    // Also where a process dies while a task is on its way to it: that breaks the pipe.
    child.on('error', (error) => {
      onEnd(error.message);
      child.kill('SIGKILL');
    });
  });
  const next = <T>(): Promise<T> => nextMessage<T>(child, () => end);
  const isReady = next<typeof ready>().then(() => undefined);
  isReady.catch(() => {});
  let killedFor: KillReason | undefined;
  const kill = (reason?: KillReason) => {
    killedFor = reason;
    child.kill('SIGKILL');
  };
  return {
    pid: child.pid,
    get killedFor() {
      return killedFor;
    },
    ready: isReady,
    ended,
    run: async (task, seconds) => {
      let isLate = false;
      const watchdog = setTimeout(() => {
        isLate = true;
        kill('timeout');
      }, seconds * 1000);
      try {
        const answer = next<Answer>();
        const { image, ...order } = task;
        child.send({ ...order, bytes: image.length } satisfies Order, () => {});
        images.write(image);
        return await answer;
      } catch (error) {
        if (isLate) throw new TaskTimedOut(`the image was not resized within ${seconds} s`);
        throw error;
      } finally {
        clearTimeout(watchdog);
      }
    },
    kill,
  };
}

/** Listens no longer than it waits: what a process that lives for long has answered must not pile up. */
function nextMessage<T>(child: ChildProcess, end: () => string | undefined): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const settle = () => child.off('message', onMessage).off('exit', onEnd).off('error', onEnd);
    const onMessage = (message: unknown) => {
      settle();
      resolve(message as T);
    };
    const onEnd = () => {
      settle();
      reject(new ProcessDied(end()));
    };
    if (end() !== undefined) return onEnd();
    child.once('message', onMessage).once('exit', onEnd).once('error', onEnd);
  });
}
