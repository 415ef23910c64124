import type { ConfigProblem } from '../shared/config.ts';
import type { QueueConfig, RetryConfig, SecretConfig } from '../shared/config-types.ts';
import { readSecret, SecretMissing } from '../shared/secret.ts';
import { addressProblems, natsForm, orEmbedded } from './addresses.ts';

/** Most replicas of a stream of JetStream. */
const mostReplicas = 5;
/** Life of what a stream of the queue keeps for a day; JetStream remembers ids no longer than that, in seconds. */
const day = 86_400;

/** A problem where something does not hold. */
export function unless(holds: boolean, path: string, message: string): readonly ConfigProblem[] {
  return holds ? [] : [{ path, message }];
}

/** A problem where a check throws; its own words where none are given. */
export function refusal(check: () => unknown, path: string, message?: string): readonly ConfigProblem[] {
  try {
    check();
    return [];
  } catch (error) {
    // URIError: a text with escapes that are none.
    if (!(error instanceof RangeError || error instanceof URIError)) throw error;
    return [{ path, message: message ?? error.message }];
  }
}

/** Secrets that cannot be read; those that the config does not name are none. */
export async function secretProblems(
  secrets: Readonly<Record<string, SecretConfig | undefined>>,
): Promise<readonly ConfigProblem[]> {
  const problems = Object.entries(secrets).map(async ([path, secret]) => {
    try {
      if (secret) await readSecret(secret);
      return [];
    } catch (error) {
      if (!(error instanceof SecretMissing)) throw error;
      return [{ path, message: error.message }];
    }
  });
  return (await Promise.all(problems)).flat();
}

/** Servers of NATS with something that they keep in copies. */
export function natsProblems(
  path: string,
  { url, replicas }: Pick<QueueConfig, 'url' | 'replicas'>,
  form = natsForm,
): readonly ConfigProblem[] {
  return [
    ...addressProblems(`${path}.url`, url, form),
    ...unless(replicas <= mostReplicas, `${path}.replicas`, `JetStream keeps at most ${mostReplicas}`),
  ];
}

export function queueProblems(path: string, queue: QueueConfig): readonly ConfigProblem[] {
  if (queue.url === 'embedded') return [];
  return [
    ...natsProblems(path, queue, orEmbedded(natsForm)),
    ...unless(queue.deduplicationWindow <= day, `${path}.deduplicationWindow`, `must not be above ${day} s`),
  ];
}

export function retryProblems(path: string, { first, most }: RetryConfig): readonly ConfigProblem[] {
  return unless(first <= most, `${path}.first`, 'must not be above most');
}
