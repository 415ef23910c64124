import type { RefusalCode } from '../contracts/job.ts';
import { Refusal } from '../shared/problem.ts';

/** The answer to an image that a worker refused: always the image's fault, so always 4xx. */
const statuses: Readonly<Record<RefusalCode, number>> = {
  unsupported: 415,
  animated: 415,
  corrupt: 422,
  'too-many-pixels': 413,
  'too-slow': 422,
  crashed: 422,
};

export const refusalCodes = Object.keys(statuses) as readonly RefusalCode[];

/** Why a job ended without an image: it was refused by a worker, or the spool had no room for its result. */
export type EndCode = RefusalCode | 'spool-full';

export function refusalOf({ code, detail }: { readonly code: EndCode; readonly detail: string }): Refusal {
  // 503 would have the same result asked for again, which never comes: the image must be sent again.
  const status = code === 'spool-full' ? 410 : statuses[code];
  return new Refusal(status, code, detail);
}

/** How a request counts in headroom_api_requests_total. */
export type RequestOutcome =
  | 'served'
  | 'accepted'
  | 'client_error'
  | 'unauthorized'
  | 'quota'
  | 'shed'
  | 'expired'
  | 'failed';

const shed = new Set(['overloaded', 'queue-full', 'spool-full']);

/** The outcome of an answer by its status, and for 503 by the code of the refusal. */
export function outcomeOf(status: number, code: string | undefined): RequestOutcome {
  if (status === 200) return 'served';
  if (status === 202) return 'accepted';
  if (status === 401) return 'unauthorized';
  if (status === 429) return 'quota';
  if (status === 504) return 'expired';
  if (status === 503 && code !== undefined && shed.has(code)) return 'shed';
  return status < 500 ? 'client_error' : 'failed';
}
