import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { createFrameReader, type Frame, frameStart } from './frames.ts';
import type { Place } from './places.ts';
import {
  type Answer,
  type AnswerHead,
  frameDescriptor,
  mostResultBytes,
  type Order,
  type Task,
} from './protocol.ts';

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
  /** Memory that it holds now; undefined where the system does not tell. */
  residentBytes(): number | undefined;
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

/** Starts a process from its built main module, in a place of the machine. */
export function startChild(path: string, place: Place = []): ResizeChild {
  const env = {
    ...Object.fromEntries(inherited.flatMap((name) => entryOf(name))),
    // One image at a time: more threads would only take turns, each with caches and memory of its own to warm.
    UV_THREADPOOL_SIZE: '1',
  };
  const stdio = ['ignore', 'ignore', 'inherit', 'ipc', 'pipe'] as const;
  const [execPath = '', ...execArgv] = [...place, process.execPath];
  const child = fork(path, [], { stdio: [...stdio], env, execPath, execArgv });
  const pipe = child.stdio[frameDescriptor] as Duplex;
  let waiting: { resolve(frame: Frame): void; reject(error: Error): void } | undefined;
  let end: string | undefined;
  let killedFor: KillReason | undefined;
  const kill = (reason?: KillReason) => {
    killedFor ??= reason;
    child.kill('SIGKILL');
  };
  const ended = new Promise<string>((resolve) => {
    const onEnd = (how: string) => {
      end ??= how;
      resolve(end);
      waiting?.reject(new ProcessDied(end));
    };
    child.once('exit', (code, signal) => onEnd(signal === null ? `code ${code}` : `signal ${signal}`));
    // It could not be started.
    child.on('error', (error) => {
      onEnd(error.message);
      kill();
    });
  });
  // It breaks where the process ends over a task; `exit` tells.
  pipe.on('error', () => {});
  const read = createFrameReader(mostResultBytes, (frame) => {
    waiting?.resolve(frame);
    waiting = undefined;
  });
  pipe.on('data', (piece: Buffer) => {
    try {
      read(piece);
    } catch {
      // It decodes strangers' bytes: nothing that it says is trusted further than this.
      kill();
    }
  });
  const next = () =>
    new Promise<Frame>((resolve, reject) => {
      if (end !== undefined) return reject(new ProcessDied(end));
      waiting = { resolve, reject };
    });
  const ready = next().then(() => undefined);
  ready.catch(() => {});

  return {
    pid: child.pid,
    get killedFor() {
      return killedFor;
    },
    ready,
    ended,
    run: async ({ image, ...order }, seconds) => {
      let isLate = false;
      const watchdog = setTimeout(() => {
        isLate = true;
        kill('timeout');
      }, seconds * 1000);
      try {
        const answer = next();
        pipe.cork();
        pipe.write(frameStart(order satisfies Order, image.length));
        pipe.write(image);
        pipe.uncork();
        return answerOf(await answer);
      } catch (error) {
        if (isLate) throw new TaskTimedOut(`the image was not resized within ${seconds} s`);
        throw error;
      } finally {
        clearTimeout(watchdog);
      }
    },
    residentBytes: () => (child.pid === undefined ? undefined : residentBytesOf(child.pid)),
    kill,
  };
}

function entryOf(name: string): [name: string, value: string][] {
  const value = process.env[name];
  return value === undefined ? [] : [[name, value]];
}

/** Linux tells; elsewhere only what a process says after an image is known. */
function residentBytesOf(pid: number): number | undefined {
  try {
    const kibibytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  } catch {
    return undefined;
  }
}

function answerOf({ head, image }: Frame): Answer {
  const { resized, ...rest } = head as AnswerHead;
  return { ...rest, resized: resized.kind === 'done' ? { ...resized, image } : resized };
}
