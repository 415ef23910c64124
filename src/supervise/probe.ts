import { connect } from 'node:net';
import type { ProcessSpec } from './process-file.ts';

/** Milliseconds that one look may take. */
const patience = 2000;

/** Whether a process answers as it should: 2xx over HTTP, or a connection. Without a probe it is ready at once. */
export async function isReady(probe: ProcessSpec['ready']): Promise<boolean> {
  if (probe === undefined) return true;
  if ('tcp' in probe) return takesConnections(probe.tcp);
  try {
    const response = await fetch(probe.http, { signal: AbortSignal.timeout(patience) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/** Whether somebody listens at `host:port`. */
export function takesConnections(address: string): Promise<boolean> {
  const [host = '', port = ''] = address.split(':');
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port) });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(patience, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
