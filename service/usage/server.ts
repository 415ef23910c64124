import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RecordInvalid, type UsageRecord } from '../contracts/usage.ts';
import { problem } from '../shared/problem.ts';
import { UsageLogFull } from './log.ts';
import { parseRecords } from './record.ts';

const recordsType = 'application/x-ndjson';

export interface RecordRoute {
  /** As of the log. */
  readonly append: (records: readonly UsageRecord[], wait: boolean) => Promise<void>;
  readonly draining: () => boolean;
  /** Seconds. */
  readonly retryAfter: number;
}

/**
 * `POST /v1/records`, records as JSON lines. 204: they are synced. With `?wait=false` 202: they are written, and a
 * power loss can take them for one more fsync interval. 400, and 415 for another content type: none of them was taken.
 * 503: none was acknowledged.
 */
export function addRecordRoute(server: FastifyInstance, { append, draining, retryAfter }: RecordRoute): void {
  server.addContentTypeParser(recordsType, { parseAs: 'string' }, (_request, body, done) => done(null, body));
  server.post<{ Body: unknown; Querystring: { wait?: string } }>('/v1/records', async (request, reply) => {
    const later = { 'retry-after': Math.ceil(retryAfter) };
    // The framework itself takes JSON and plain text too.
    if (typeof request.body !== 'string' || mediaType(request) !== recordsType)
      return problem(reply, 415, 'unsupported-media-type', `the content type must be ${recordsType}`);
    if (draining()) return problem(reply, 503, 'draining', 'this aggregator is stopping', later);
    const wait = request.query.wait !== 'false';
    try {
      await append(parseRecords(request.body), wait);
    } catch (error) {
      if (error instanceof RecordInvalid) return problem(reply, 400, 'invalid-record', error.message);
      if (error instanceof UsageLogFull) return problem(reply, 503, 'log-full', error.message, later);
      request.log.error({ err: error }, 'records were not written');
      return problem(reply, 503, 'log-failed', 'the records could not be written to the disk', later);
    }
    return reply.code(wait ? 204 : 202).send();
  });
}

/** The content type without its parameters, in lower case; empty where none is given. */
function mediaType({ headers }: FastifyRequest): string {
  return (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
