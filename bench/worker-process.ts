import { type ChildProcess, fork } from 'node:child_process';
import { pinningProgram } from './pinning.ts';
import type {
  LoadResult,
  LoopRequest,
  LoopResult,
  PassRequest,
  PassResult,
  Reply,
  Request,
  Usage,
} from './protocol.ts';

/** A worker process did not do what it was asked. */
export class WorkerFailure extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WorkerFailure';
  }
}

/** A child process that resizes, one request at a time. */
export interface WorkerProcess {
  /** As of its last answer. */
  readonly usage: Usage;
  load(request: Omit<Extract<Request, { kind: 'load' }>, 'kind'>): Promise<LoadResult>;
  pass(request: Omit<PassRequest, 'kind'>): Promise<PassResult>;
  loop(request: Omit<LoopRequest, 'kind'>): Promise<LoopResult>;
  /** Ends the process at once: a resize that runs in the library cannot be cancelled otherwise. */
  kill(): void;
}

/**
 * Starts a worker process, on one CPU only if `pinnedTo` says so. A request that is not answered within
 * `timeoutSeconds` ends the process and rejects with WorkerFailure, as does the process's own end.
 */
export function startWorker(path: string, timeoutSeconds: number, pinnedTo?: number): WorkerProcess {
  const child = fork(path, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [],
    ...(pinnedTo === undefined
      ? {}
      : { execPath: pinningProgram, execArgv: ['-c', String(pinnedTo), process.execPath] }),
  });
  let usage: Usage = { cpuSeconds: 0, peakRssBytes: 0 };
  const ask = async <Result>(request: Request): Promise<Result> => {
    const reply = await exchange(child, request, timeoutSeconds);
    usage = reply.usage;
    if ('error' in reply) throw new WorkerFailure(`a worker could not resize: ${reply.error}`);
    return reply.result as Result;
  };
  return {
    get usage() {
      return usage;
    },
    load: (request) => ask({ kind: 'load', ...request }),
    pass: (request) => ask({ kind: 'pass', ...request }),
    loop: (request) => ask({ kind: 'loop', ...request }),
    kill: () => {
      child.kill('SIGKILL');
    },
  };
}

function exchange(child: ChildProcess, request: Request, timeoutSeconds: number): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const fail = (message: string) => {
      settle();
      reject(new WorkerFailure(message));
    };
    const onMessage = (reply: unknown) => {
      settle();
      resolve(reply as Reply);
    };
    const onError = (error: Error) => fail(`a worker could not be started or reached: ${error.message}`);
    const onExit = (code: number | null, signal: string | null) =>
      fail(`a worker ended before it answered (${signal ?? `code ${code}`})`);
    const watchdog = setTimeout(() => {
      child.kill('SIGKILL');
      fail(`a worker did not answer a ${request.kind} request within ${timeoutSeconds} s and was ended`);
    }, timeoutSeconds * 1000);
    const settle = () => {
      clearTimeout(watchdog);
      child.off('message', onMessage).off('error', onError).off('exit', onExit);
    };
    child.once('message', onMessage).once('error', onError).once('exit', onExit);
    if (child.exitCode !== null || child.signalCode !== null) onExit(child.exitCode, child.signalCode);
    else child.send(request, (error) => error && onError(error));
  });
}
