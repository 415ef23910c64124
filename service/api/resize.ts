import type { FastifyRequest } from 'fastify';
import type { ApiConfig } from '../shared/config-types.ts';
import { problemText, Refusal } from '../shared/problem.ts';
import { childTraceparent, traceparentFrom } from '../shared/trace.ts';
import type { Answer } from './answer-memory.ts';
import { fingerprintOf, type IdempotentAnswers, idempotencyKeyOf } from './idempotency.ts';
import { imageAnswer, jsonAnswer } from './job-answers.ts';
import { type Asked, readAsked, readOrder } from './read-image.ts';
import { refusalOf } from './refusals.ts';
import { contextOf, goneSignal, identityOf } from './request-context.ts';
import type { SourceFetcher } from './source.ts';
import type { Submitter } from './submit.ts';

export interface ResizeOptions {
  readonly config: Pick<ApiConfig, 'limits' | 'retryAfter'>;
  readonly submitter: Submitter;
  readonly answers: IdempotentAnswers;
  readonly source: SourceFetcher;
}

type IdempotencyKey = { readonly key: string; readonly fingerprint: string };

/**
 * The answer to a resize, from memory where its key is known. Its place is kept until it is there, also where the
 * customer is gone before. Throws a Refusal.
 */
export async function answerResize(request: FastifyRequest, options: ResizeOptions): Promise<Answer> {
  const context = contextOf(request);
  // Its place was given back, so nothing may begin; nobody reads this.
  if (context.isGone) throw new Refusal(400, 'customer-gone', 'the customer hung up');
  const { leave } = context;
  context.leave = undefined;
  try {
    return await answerOf(request, options);
  } finally {
    // Only now the body is let go, which the number of places is to bound.
    if (context.isGone) leave?.();
    else context.leave = leave;
  }
}

async function answerOf(request: FastifyRequest, options: ResizeOptions): Promise<Answer> {
  const key = idempotencyKeyOf(request.headers['idempotency-key']);
  const asked = readAsked(request, contextOf(request).parameters);
  if (key === undefined) return work(request, asked, options);
  const { customer } = identityOf(request);
  // Of the request itself, not of what is behind its address: that may have changed, or be gone.
  const fingerprint = fingerprintOf(asked.parameters, asked.image);
  return options.answers.once(customer, key, fingerprint, () =>
    finalOf(request, work(request, asked, options, { key, fingerprint })),
  );
}

/** A refusal that a repeat could not change is an answer like any other; one that may pass stays an error. */
async function finalOf(request: FastifyRequest, worked: Promise<Answer>): Promise<Answer> {
  try {
    return await worked;
  } catch (error) {
    if (!(error instanceof Refusal) || error.status >= 500 || error.status === 429) throw error;
    const { status, code, message, headers } = error;
    const more = { 'cache-control': 'no-store', 'content-type': 'application/problem+json' };
    const body = Buffer.from(problemText(status, code, message, request.id));
    return { status, headers: { ...headers, ...more }, body };
  }
}

async function work(
  request: FastifyRequest,
  asked: Asked,
  options: ResizeOptions,
  idempotency?: IdempotencyKey,
): Promise<Answer> {
  const context = contextOf(request);
  // Behind a key the work outlives its customer, so it says itself whether it served.
  const { giveBack } = context;
  context.giveBack = undefined;
  try {
    return await serve(request, asked, options, idempotency);
  } catch (error) {
    giveBack?.();
    throw error;
  }
}

async function serve(
  request: FastifyRequest,
  asked: Asked,
  { submitter, source, config }: ResizeOptions,
  idempotency?: IdempotencyKey,
): Promise<Answer> {
  const context = contextOf(request);
  // Behind a key, others may wait for the same image; it is fetched all the same.
  const gone = asked.parameters.url === undefined || idempotency ? undefined : goneSignal(context);
  const { parameters, resize, body } = await readOrder(asked, source, config.limits, gone);
  context.bodyBytes = body.length;
  const submission = {
    customer: identityOf(request).customer,
    resize,
    body,
    acceptedAt: context.arrivedAt,
    traceparent: childTraceparent(traceparentFrom(request.headers)),
    reqId: request.id,
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
