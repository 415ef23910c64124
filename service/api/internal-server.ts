import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import type { Outcome, RefusalCode } from '../contracts/job.ts';
import { createServer, type ServerOptions } from '../shared/http.ts';
import { Refusal } from '../shared/problem.ts';
import type { HeldJobs } from './held-jobs.ts';
import type { JobAnswers } from './job-answers.ts';
import { refusalCodes } from './refusals.ts';

/** Largest result, in bytes: more than any allowed size takes in a format that compresses, and a bound for memory. */
const resultBytes = 67_108_864;

export interface InternalOptions extends Pick<ServerOptions, 'logger' | 'metrics' | 'ready'> {
  readonly held: HeldJobs;
  readonly jobs: JobAnswers;
}

interface JobRoute {
  Params: { readonly id: string; readonly token: string };
}

/** The listener for workers and peers: bodies out, results in, polls of jobs that other servers were asked for. */
export function createInternalServer(options: InternalOptions): FastifyInstance {
  const { held, jobs } = options;
  const server = createServer({ ...options, bodyLimit: resultBytes });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  server.get<JobRoute>('/v1/internal/:id/:token/body', async ({ params: { id, token } }, reply) => {
    const served = held.served(id, token);
    if (served) return reply.code(208).send(served);
    const body = await held.body(id, token);
    if (!body) throw new Refusal(410, 'gone', 'nobody waits for this job any more');
    return reply.header('content-type', 'application/octet-stream').send(body);
  });

  const onError = async ({ params }: FastifyRequest<JobRoute>, _reply: unknown, error: Error) => {
    if ((error as FastifyError).code !== 'FST_ERR_CTP_BODY_TOO_LARGE') return;
    const detail = `the result has more than ${resultBytes} bytes`;
    await held.settle(params.id, params.token, { kind: 'refused', code: 'too-many-pixels', detail });
  };
  server.put<JobRoute>('/v1/internal/:id/:token/result', { onError }, async (request, reply) => {
    const { id, token } = request.params;
    const settled = await held.settle(id, token, outcomeFrom(request));
    if (settled === 'gone') throw new Refusal(410, 'gone', 'nobody waits for this job any more');
    return reply.code(200).send();
  });

  for (const part of ['status', 'result'] as const) {
    server.get<{ Params: { readonly id: string } }>(`/v1/peer/jobs/:id/${part}`, async (request, reply) => {
      const customer = String(request.headers['x-headroom-customer'] ?? '');
      const answer = await jobs[part](customer, request.params.id);
      return reply.code(answer.status).headers(answer.headers).send(answer.body);
    });
  }
  return server;
}

function outcomeFrom({ headers, body }: FastifyRequest): Outcome {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  const contentType = headers['content-type'] ?? '';
  if (contentType.startsWith('application/json')) return refusalFrom(bytes);
  if (!contentType.startsWith('image/')) throw new Refusal(415, 'unsupported-media-type', 'no outcome');
  const number = (name: string) => Number(headers[name] ?? 0);
  return {
    kind: 'done',
    image: bytes,
    contentType,
    width: number('x-headroom-width'),
    height: number('x-headroom-height'),
    cpuMicroseconds: number('x-headroom-cpu-us'),
    pixelsIn: number('x-headroom-pixels-in'),
  };
}

function refusalFrom(bytes: Buffer): Outcome {
  try {
    const { refused, detail } = JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
    const code = refusalCodes.find((each) => each === refused) as RefusalCode | undefined;
    if (code) return { kind: 'refused', code, detail: String(detail ?? '') };
  } catch {
    // Told below, with everything else that is no refusal.
  }
  throw new Refusal(422, 'invalid-outcome', 'the body is no refusal');
}
