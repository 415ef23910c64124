import { exitCodes } from './exit-codes.ts';

let handled: AbortController | undefined;

function onSignal(): void {
  if (handled && !handled.signal.aborted) handled.abort();
  else process.exit(exitCodes.interrupted);
}

/**
 * Makes Ctrl-C, SIGTERM and the end of the terminal end the program with exit code 130, until a command takes the signal
 * over.
 */
export function endOnInterrupt(): void {
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('SIGHUP', onSignal);
}

/**
 * Hands the first Ctrl-C to the caller as an aborted signal, so that it can keep its work and end by itself;
 * a second one still ends the program at once.
 */
export function takeInterrupt(): AbortSignal {
  handled ??= new AbortController();
  return handled.signal;
}
