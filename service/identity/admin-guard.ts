import type { FastifyRequest } from 'fastify';
import { Refusal } from '../shared/problem.ts';
import { CommitUnclear, DatabaseUnavailable } from './database.ts';
import { hashSecret, sameHash } from './key.ts';

/** Who asks. Throws Refusal: 401 for a wrong key, 403 where no admin key is configured. */
export function authorize(request: FastifyRequest, adminKey: string | undefined): string {
  if (adminKey === undefined) throw new Refusal(403, 'admin-disabled', 'no admin key is configured');
  const presented = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  if (!sameHash(hashSecret(presented), hashSecret(adminKey))) {
    throw new Refusal(401, 'unauthorized', 'the admin key is missing or wrong', {
      'www-authenticate': 'Bearer realm="headroom admin"',
    });
  }
  const fingerprint = `admin-${hashSecret(adminKey).slice(0, 8)}`;
  const onBehalfOf = request.headers['x-headroom-actor'];
  if (onBehalfOf === undefined) return fingerprint;
  if (typeof onBehalfOf !== 'string' || !/^[\w.@+-]{1,100}$/.test(onBehalfOf)) {
    throw new Refusal(400, 'invalid-request', 'X-Headroom-Actor takes letters, digits and . @ + - _');
  }
  return `${fingerprint}/${onBehalfOf}`;
}

/** What the loss of the primary means to the caller. */
export function explain(error: unknown): never {
  if (error instanceof DatabaseUnavailable) {
    throw new Refusal(503, 'no-primary', 'no primary answers; nothing was changed', { 'retry-after': 5 });
  }
  if (error instanceof CommitUnclear) {
    throw new Refusal(
      503,
      'outcome-unclear',
      'the primary was lost while it committed; look before you repeat',
      {
        'retry-after': 5,
      },
    );
  }
  throw error;
}
