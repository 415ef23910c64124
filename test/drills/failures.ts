import type { Seen } from './load.ts';

/**
 * How a request failed: the code of a problem of the API, `balancer STATUS` where the load balancer answered in its
 * place, or `cut` where the connection ended without an answer.
 */
export type Failure = string;

/** With these a customer is asked to come back. */
const comeBack = new Set<Seen['status']>([429, 503, 504]);

/** The server that held the request is gone: the load balancer says it with this, or it has nobody to say it any more. */
export const lostConnection: readonly Failure[] = ['cut', 'balancer 502', 'balancer 504'];

export function hasFailed({ status }: Seen): boolean {
  return status !== 200 && status !== 202;
}

export function failureOf({ status, code, byApi }: Seen): Failure {
  if (status === undefined || status === 'cut') return 'cut';
  return byApi ? (code ?? `no problem but ${status}`) : `balancer ${status}`;
}

/**
 * Whether a failure is one that docs/service.md promises, and that this fault may cause. Whoever asks a customer to come
 * back says so as a problem and says when; the load balancer does where it `hasPages` for that.
 */
export function isPromised(seen: Seen, may: readonly Failure[], hasPages: boolean): boolean {
  const { status, code, retryAfter = 0, byApi } = seen;
  const failure = failureOf(seen);
  if (!may.includes(failure)) return false;
  if (lostConnection.includes(failure) && !(hasPages && status === 504)) return true;
  if (!comeBack.has(status)) return false;
  return !byApi && !hasPages ? true : code !== undefined && retryAfter >= 1;
}

/** Failures by their kind. */
export function counted(failed: readonly Seen[]): string {
  const counts = new Map<Failure, number>();
  for (const each of failed) counts.set(failureOf(each), (counts.get(failureOf(each)) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `${kind} ×${count}`).join(', ');
}
