import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ApiConfig } from '../shared/config-types.ts';
import { createServer, type ServerOptions } from '../shared/http.ts';
import type { JobAnswer, JobAnswers } from './job-answers.ts';
import type { OwnUsage } from './own-usage.ts';
import { identityOf } from './request-context.ts';
import {
  closeWhileDraining,
  downloadHooks,
  type HookOptions,
  pollHooks,
  resizeHooks,
} from './request-hooks.ts';
import { answerResize, type ResizeOptions } from './resize.ts';

export interface PublicOptions extends HookOptions, ResizeOptions, Pick<ServerOptions, 'logger' | 'ready'> {
  readonly config: ApiConfig;
  readonly jobs: JobAnswers;
  /** Missing where there is no usage store. */
  readonly usage: OwnUsage | undefined;
}

/** The listener for customers. Its metrics are on the internal one. */
export function createPublicServer(options: PublicOptions): FastifyInstance {
  const { config, logger, ready, jobs } = options;
  const { receiveTimeout, limits } = config;
  // The way to an image may take its time before the deadline is looked at; another server has a deadline for a poll.
  const answerTimeout = config.deadline + config.sourceTimeout;
  const server = createServer({ logger, ready, receiveTimeout, answerTimeout, bodyLimit: limits.bodyBytes });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  server.addHook('onRequest', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff');
  });
  closeWhileDraining(server, options.readiness);

  server.post('/v1/resize', resizeHooks(options), async (request, reply) =>
    give(reply, await answerResize(request, options)),
  );
  const polled = pollHooks(options);
  type Poll = { Params: { readonly id: string } };
  server.get<Poll>('/v1/jobs/:id', polled, async (request, reply) =>
    give(reply, await jobs.status(identityOf(request).customer, request.params.id)),
  );
  server.get<Poll>('/v1/jobs/:id/result', downloadHooks(options), async (request, reply) =>
    give(reply, await jobs.result(identityOf(request).customer, request.params.id)),
  );
  const { usage } = options;
  if (usage) {
    server.get('/v1/usage', polled, async (request, reply) =>
      give(reply, await usage.of(identityOf(request).customer, request.query as Record<string, unknown>)),
    );
  }
  return server;
}

function give(reply: FastifyReply, { status, headers, body }: JobAnswer): FastifyReply {
  return reply.code(status).header('cache-control', 'private, no-store').headers(headers).send(body);
}
