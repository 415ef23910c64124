import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  fastify,
  LogController,
} from 'fastify';
import type { ListenConfig } from './config-types.ts';
import type { Logger } from './log.ts';
import type { Metrics } from './metrics.ts';
import { problem, Refusal } from './problem.ts';
import { createWire } from './wire.ts';

export interface ServerOptions {
  readonly logger: Logger;
  /** Served on /metrics; left out on a listener that strangers reach. */
  readonly metrics?: Metrics;
  readonly ready: () => Promise<boolean> | boolean;
  /** Most bytes of a body; 1 MB unless told. */
  readonly bodyLimit?: number;
  /** Time in which a client must send a whole request, in seconds; 15 unless told. */
  readonly receiveTimeout?: number;
  /** Longest time that an answer may take to begin, in seconds; 15 unless told. */
  readonly answerTimeout?: number;
}

/**
 * An HTTP server as every role has one: request ids, /livez, /readyz, /metrics, errors as problem+json, and timeouts
 * that a slow client cannot stretch.
 */
export function createServer(options: ServerOptions): FastifyInstance {
  const { logger, metrics, ready, bodyLimit = 1_000_000, receiveTimeout = 15, answerTimeout = 15 } = options;
  const wire = createWire({ logger, receiveTimeout, answerTimeout });
  const server = fastify({
    loggerInstance: logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit,
    // No client chooses one: lines of the log that have the same id are of the same request. Jobs have ids of their own.
    genReqId: () => randomUUID(),
    forceCloseConnections: 'idle',
    // While closing, what arrives on open connections is still served; the roles say themselves when they refuse.
    return503OnClosing: false,
    serverFactory: wire.serve,
    clientErrorHandler: wire.refuse,
    frameworkErrors: (error, { id }, reply) => {
      const [code, detail] = known[error.code] ?? [
        'invalid-url',
        'the address is not one that is taken here',
      ];
      return problem(reply.header('x-request-id', id), error.statusCode ?? 400, code, detail);
    },
  }) as unknown as FastifyInstance;
  server.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  server.setErrorHandler(answerError);
  server.setNotFoundHandler((_request, reply) => problem(reply, 404, 'not-found', 'no such address'));
  server.get('/livez', async (_request, reply) => reply.send('ok\n'));
  server.get('/readyz', async (_request, reply) =>
    (await ready()) ? reply.send('ok\n') : reply.code(503).send('not ready\n'),
  );
  if (metrics) {
    server.get('/metrics', async (_request, reply) =>
      reply.header('content-type', 'text/plain; version=0.0.4; charset=utf-8').send(await metrics.text()),
    );
  }
  return server;
}

/** Begins to listen; returns `http://host:port`. */
export async function listen(server: FastifyInstance, { host, port }: ListenConfig): Promise<string> {
  await server.listen({ host, port });
  const address = server.server.address() as AddressInfo;
  return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
}

/** Codes of the framework's own refusals, in our words. */
const known: Readonly<Record<string, readonly [code: string, detail: string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['body-too-large', 'the body is larger than this server takes'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'unsupported-media-type',
    'the content type is not one that is taken here',
  ],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['invalid-json', 'the body is empty; JSON was announced'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['invalid-json', 'the body is not valid JSON'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['invalid-length', 'the body is not as long as its header says'],
  FST_ERR_BAD_URL: ['invalid-url', 'the address has an escape that is none'],
  FST_ERR_MAX_PARAM_LENGTH: ['url-too-long', 'a part of the address is longer than any that is taken'],
  FST_ERR_VALIDATION: ['invalid-request', ''],
};

type Handler = Parameters<FastifyInstance['setErrorHandler']>[0];

const answerError: Handler = (error, request, reply) => {
  if (error instanceof Refusal) {
    return problem(reply, error.status, error.code, error.message, error.headers);
  }
  const { code, statusCode = 500, message } = error as FastifyError;
  const [name, detail] = known[code] ?? [undefined, undefined];
  if (name !== undefined) return problem(reply, statusCode, name, detail || message);
  if (statusCode < 500) return problem(reply, statusCode, 'invalid-request', message);
  request.log.error({ err: error }, 'request failed');
  return problem(reply, 500, 'internal', 'the fault is ours; the request id helps us to find it');
};
