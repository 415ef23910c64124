import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createServer, type ServerOptions } from '../shared/http.ts';
import { Refusal } from '../shared/problem.ts';
import { childTraceparent, traceparentFrom } from '../shared/trace.ts';
import { type Answer, fingerprintOf, type IdempotentAnswers, idempotencyKeyOf } from './idempotency.ts';
import { imageAnswer, type JobAnswers, jsonAnswer } from './job-answers.ts';
import { type Order, readOrder } from './read-image.ts';
import { refusalOf } from './refusals.ts';
import { contextOf, identityOf } from './request-context.ts';
import { closeWhileDraining, type HookOptions, pollHooks, resizeHooks } from './request-hooks.ts';
import type { SourceFetcher } from './source.ts';
import type { Submitter } from './submit.ts';

export interface PublicOptions extends HookOptions, Pick<ServerOptions, 'logger' | 'ready'> {
  readonly submitter: Submitter;
  readonly jobs: JobAnswers;
  readonly answers: IdempotentAnswers;
  readonly source: SourceFetcher;
}

/** The listener for customers. Its metrics are on the internal one. */
export function createPublicServer(options: PublicOptions): FastifyInstance {
  const { config, logger, ready, jobs } = options;
  const { receiveTimeout, limits } = config;
  const server = createServer({ logger, ready, receiveTimeout, bodyLimit: limits.bodyBytes });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  server.addHook('onRequest', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff');
  });
  closeWhileDraining(server, options.readiness);

  server.post('/v1/resize', resizeHooks(options), (request, reply) => answerResize(request, reply, options));
  const polled = pollHooks(options);
  type Poll = { Params: { readonly id: string } };
  server.get<Poll>('/v1/jobs/:id', polled, async (request, reply) =>
    give(reply, await jobs.status(identityOf(request).customer, request.params.id)),
  );
  server.get<Poll>('/v1/jobs/:id/result', polled, async (request, reply) =>
    give(reply, await jobs.result(identityOf(request).customer, request.params.id)),
  );
  return server;
}

async function answerResize(request: FastifyRequest, reply: FastifyReply, options: PublicOptions) {
  const key = idempotencyKeyOf(request.headers['idempotency-key']);
  const context = contextOf(request);
  const order = await readOrder(request, context.parameters, options.source, options.config.limits);
  context.bodyBytes = order.body.length;
  if (key === undefined) return give(reply, await work(request, order, options));
  const { customer } = identityOf(request);
  const fingerprint = fingerprintOf(order.parameters, order.body);
  const idempotency = { key, fingerprint };
  const answer = await options.answers.once(customer, key, fingerprint, () =>
    work(request, order, options, idempotency),
  );
  return give(reply, answer);
}

async function work(
  request: FastifyRequest,
  { parameters, resize, body }: Order,
  { submitter, config }: PublicOptions,
  idempotency?: { readonly key: string; readonly fingerprint: string },
): Promise<Answer> {
  const context = contextOf(request);
  const submission = {
    customer: identityOf(request).customer,
    resize,
    body,
    acceptedAt: context.arrivedAt,
    traceparent: childTraceparent(traceparentFrom(request.headers)),
    ...(idempotency ? { idempotency } : {}),
  };
  if (parameters.async || prefersAsync(request)) return acceptedAnswer(await submitter.accept(submission));
  // Behind a key, others may wait for the same answer, or come back for it: it is worked out to its end.
  const ending = await submitter.wait(submission, idempotency ? { isGone: false } : context);
  if (ending.kind === 'done') return imageAnswer(ending);
  if (ending.kind === 'refused') throw refusalOf(ending);
  throw new Refusal(504, 'deadline-exceeded', 'the image was not resized in time', {
    'retry-after': Math.max(1, Math.ceil(config.retryAfter)),
  });
}

/** 202: the job cannot be lost any more, and this is where to ask for it. */
export function acceptedAnswer(id: string): Answer {
  const location = `/v1/jobs/${id}`;
  return jsonAnswer(202, { id, status: 'waiting', href: location }, { location, 'retry-after': 1 });
}

function prefersAsync(request: FastifyRequest): boolean {
  return /(^|[,;\s])respond-async([,;\s]|$)/i.test(String(request.headers['prefer'] ?? ''));
}

function give(reply: FastifyReply, { status, headers, body }: Answer): FastifyReply {
  return reply.code(status).header('cache-control', 'private, no-store').headers(headers).send(body);
}
