import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiConfig } from '../shared/config-types.ts';

const endings = new WeakMap<Socket, Set<() => void>>();

/**
 * Calls `ended` once: when the answer is sent, which means that the system has all its bytes, or when the connection
 * is closed before, also where the answer still stands behind another one and so hears nothing of it.
 */
export function whenEnded(
  request: FastifyRequest,
  { raw: response }: FastifyReply,
  ended: (isSent: boolean) => void,
): void {
  const { socket } = request.raw;
  const ends = endsOf(socket);
  const end = () => {
    if (!ends.delete(end)) return;
    response.off('close', end);
    ended(response.writableFinished);
  };
  ends.add(end);
  response.once('close', end);
  if (socket.destroyed) setImmediate(end);
}

/** Who waits for the end of a connection; one listener of it for all its requests. */
function endsOf(socket: Socket): Set<() => void> {
  const before = endings.get(socket);
  if (before) return before;
  const ends = new Set<() => void>();
  endings.set(socket, ends);
  socket.once('close', () => {
    for (const end of [...ends]) end();
  });
  return ends;
}

/**
 * Cuts off who does not take an answer at the pace at which a body must come: in `receiveTimeout`, and where it has
 * more bytes than the largest body, in as many times that. What was to be read is let go then.
 */
export function boundReading(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  { receiveTimeout, limits }: Pick<ApiConfig, 'receiveTimeout' | 'limits'>,
): void {
  const bytes = Buffer.isBuffer(payload) ? payload.length : Number(reply.getHeader('content-length') ?? 0);
  const seconds = receiveTimeout * Math.max(1, bytes / limits.bodyBytes);
  const timer = setTimeout(() => request.raw.socket.destroy(), seconds * 1000);
  whenEnded(request, reply, () => {
    clearTimeout(timer);
    if (payload instanceof Readable) payload.destroy();
  });
}
