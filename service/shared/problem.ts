import { STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';

/** An error as customers see it: RFC 9457, with a stable `code` for programs. */
export interface ProblemBody {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly requestId: string;
}

export type HeaderValues = Readonly<Record<string, string | number>>;

/** The text of a problem. */
export function problemText(status: number, code: string, detail: string, requestId: string): string {
  const title = STATUS_CODES[status] ?? 'Error';
  const body: ProblemBody = { type: 'about:blank', title, status, code, detail, requestId };
  return JSON.stringify(body);
}

/** Answers with application/problem+json. */
export function problem(
  reply: FastifyReply,
  status: number,
  code: string,
  detail: string,
  headers: HeaderValues = {},
): FastifyReply {
  return reply
    .code(status)
    .headers({ 'cache-control': 'no-store', ...headers })
    .header('content-type', 'application/problem+json')
    .send(problemText(status, code, detail, reply.request.id));
}

/** A refusal to throw where no reply is at hand; the server's error handler answers with it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly code: string;
  readonly headers: HeaderValues;

  constructor(status: number, code: string, detail: string, headers: HeaderValues = {}) {
    super(detail);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}
