import type { Socket } from 'node:net';
import { Agent, type Dispatcher } from 'undici';

/** Time for a connection, for the head of an answer, and between two pieces of a body, in milliseconds. */
const timeouts = { connect: 1000, headersTimeout: 2000, bodyTimeout: 2000 };

/** Receives the body of an answer, piece after piece; a piece is gone when `add` returns. */
export interface Sink {
  /** May throw, which ends the exchange with that error. `length` is what the answer says of itself. */
  begin(status: number, length: number | undefined): void;
  add(piece: Buffer): void;
}

/**
 * Connections that are kept open. All of them read into one piece of memory: a new piece for each read, as sockets do
 * by themselves, costs several times more than the reading.
 */
export function createConnections(): Agent {
  const onread = { buffer: Buffer.allocUnsafeSlow(65_536), callback: handOver };
  return new Agent({
    ...timeouts,
    connect: { timeout: timeouts.connect, onread } as { timeout: number },
    keepAliveTimeout: 30_000,
    pipelining: 1,
  });
}

/** Lets the reader of a socket have the bytes at once; what it leaves is copied, since the next read overwrites it. */
function handOver(this: Socket, length: number, memory: Uint8Array): boolean {
  this.push(Buffer.from(memory.buffer, memory.byteOffset, length));
  this.emit('readable');
  const left: Buffer | null = this.readableLength > 0 ? this.read() : null;
  if (left !== null) this.unshift(Buffer.from(left));
  return true;
}

/**
 * One request and its answer; resolves with the status when the answer has ended. Rejects with what the sink threw,
 * the reason of the signal, or the connection's error.
 */
export function exchange(
  agent: Agent,
  options: Dispatcher.DispatchOptions,
  signal: AbortSignal,
  sink?: Sink,
): Promise<number> {
  return new Promise((resolve, reject) => {
    let abort: () => void = () => reject(signal.reason);
    let status = 0;
    const onAbort = () => abort();
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    const settle = () => signal.removeEventListener('abort', onAbort);
    const guarded = (controller: Dispatcher.DispatchController, work: () => void) => {
      try {
        work();
      } catch (error) {
        controller.abort(error as Error);
      }
    };
    agent.dispatch(options, {
      onRequestStart: (controller) => {
        abort = () => controller.abort(signal.reason);
      },
      onResponseStart: (controller, code, { 'content-length': length }) => {
        status = code;
        guarded(controller, () => sink?.begin(code, length === undefined ? undefined : Number(length)));
      },
      onResponseData: (controller, piece) => guarded(controller, () => sink?.add(piece)),
      onResponseEnd: () => {
        settle();
        resolve(status);
      },
      onResponseError: (_controller, error) => {
        settle();
        reject(error);
      },
    });
  });
}
