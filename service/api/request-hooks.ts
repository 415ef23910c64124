import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticator } from '../contracts/identity.ts';
import type { ApiConfig } from '../shared/config-types.ts';
import type { Metrics } from '../shared/metrics.ts';
import { Refusal } from '../shared/problem.ts';
import type { Gate } from './gate.ts';
import type { Quotas } from './quota.ts';
import { parametersOfQuery } from './read-image.ts';
import { boundReading, whenEnded } from './reader.ts';
import type { Readiness } from './readiness.ts';
import { outcomeOf } from './refusals.ts';
import { beginContext, contextOf } from './request-context.ts';

export interface HookOptions {
  readonly config: ApiConfig;
  readonly authenticator: Authenticator;
  readonly gate: Gate;
  /** Room for those who fetch the result of a job. */
  readonly downloads: Pick<Gate, 'enter'>;
  readonly quotas: Quotas;
  readonly readiness: Readiness;
  readonly metrics: Metrics;
}

/**
 * What happens to a resize before its body is read, in order of cost: room, owner, parameters, quota. When its answer
 * has been read its outcome is counted, however it ends, also when the customer hangs up, and its place is given back
 * unless it is still worked on: then whoever does that gives it back.
 */
export function resizeHooks(options: HookOptions) {
  const { authenticator, gate, quotas } = options;
  return {
    onRequest: async (request: FastifyRequest, reply: FastifyReply) => {
      const context = beginContext(request);
      whenEnded(request, reply, (isSent) => {
        // Its answer never reached the customer, or there was none.
        if (!isSent) {
          context.isGone = true;
          context.onGone?.();
        }
        context.leave?.();
        context.giveBack?.();
        count(request, reply, options);
      });
      context.leave = gate.enter();
      context.identity = await authenticate(request, authenticator, options.config.retryAfter);
      const parameters = parametersOfQuery(request);
      if (parameters) context.parameters = parameters;
      context.giveBack = quotas.take(context.identity);
      if (context.isGone) context.giveBack();
    },
    preHandler: async (request: FastifyRequest) => {
      const context = contextOf(request);
      context.receivedAt = performance.now();
      if (Buffer.isBuffer(request.body)) context.bodyBytes = request.body.length;
    },
    onError: async (request: FastifyRequest, _reply: FastifyReply, error: Error) => {
      if (error instanceof Refusal) contextOf(request).refusal = error.code;
    },
    onSend: async (request: FastifyRequest, reply: FastifyReply, payload: unknown) => {
      boundReading(request, reply, payload, options.config);
      observe(request, reply, payload, options);
      return payload;
    },
  };
}

/**
 * Polls for a result have places of their own, as many as there are for resizes: what they hold is small, and they must
 * work when the server is full, but a reader that is slow holds it for long.
 */
export function downloadHooks(options: HookOptions) {
  const { downloads } = options;
  const { onRequest } = pollHooks(options);
  return {
    onRequest: async (request: FastifyRequest, reply: FastifyReply) => {
      whenEnded(request, reply, downloads.enter());
      await onRequest(request);
    },
    onSend: async (request: FastifyRequest, reply: FastifyReply, payload: unknown) => {
      boundReading(request, reply, payload, options.config);
      return payload;
    },
  };
}

/** Polls need an owner only: they are cheap, and they must work when the server is full. */
export function pollHooks({ authenticator, config }: Pick<HookOptions, 'authenticator' | 'config'>) {
  return {
    onRequest: async (request: FastifyRequest) => {
      beginContext(request).identity = await authenticate(request, authenticator, config.retryAfter);
    },
  };
}

/** Tells clients on connections that stay open to come back on another one, while this server drains. */
export function closeWhileDraining(server: FastifyInstance, readiness: Readiness): void {
  server.addHook('onRequest', async (_request, reply) => {
    if (readiness.draining) reply.header('connection', 'close');
  });
}

async function authenticate(request: FastifyRequest, authenticator: Authenticator, retryAfter: number) {
  const key = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const answer = await authenticator.authenticate(key);
  if (answer.kind === 'known') return answer.identity;
  if (answer.kind === 'unknown') {
    throw new Refusal(401, 'unauthorized', 'the key is missing or not valid', {
      'www-authenticate': 'Bearer',
    });
  }
  throw new Refusal(503, 'identity-unavailable', 'keys cannot be checked at the moment', {
    'retry-after': Math.max(1, Math.ceil(retryAfter)),
  });
}

function observe(request: FastifyRequest, reply: FastifyReply, payload: unknown, options: HookOptions): void {
  const { receivedAt, bodyBytes = 0 } = contextOf(request);
  const { metrics, config } = options;
  if (bodyBytes > 0) metrics.add('headroom_api_body_bytes_total', { direction: 'in' }, bodyBytes);
  if (reply.statusCode !== 200 || receivedAt === undefined) return;
  const within = bodyBytes < config.objective.payloadBelow;
  const labels = { payload: within ? 'within_objective' : 'above_objective' };
  metrics.observe('headroom_api_request_duration_seconds', labels, (performance.now() - receivedAt) / 1000);
  if (Buffer.isBuffer(payload)) {
    metrics.add('headroom_api_body_bytes_total', { direction: 'out' }, payload.length);
  }
}

/** A customer who hung up before the answer counts as an error of the client. */
function count(request: FastifyRequest, reply: FastifyReply, { metrics }: HookOptions): void {
  const answered = reply.raw.headersSent;
  const outcome = answered ? outcomeOf(reply.statusCode, contextOf(request).refusal) : 'client_error';
  metrics.add('headroom_api_requests_total', { outcome });
  if (outcome === 'failed') request.log.warn({ code: contextOf(request).refusal }, 'a request failed');
}
