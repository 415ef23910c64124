import type { IdentityStore } from '../contracts/identity.ts';
import type { SecretConfig } from '../shared/config-types.ts';
import type { Logger } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import { readSecret } from '../shared/secret.ts';
import { createComparison } from './comparison.ts';
import { createMemoryStore } from './memory-store.ts';
import { createRedisStore } from './redis-store.ts';
import { replicated } from './replicated-store.ts';

export interface StoreConfig {
  /** `embedded`, or `redis://host:port` of each replica, separated by commas. */
  readonly url: string;
  /** Seconds for a lookup over all replicas. */
  readonly timeout: number;
  /** Seconds within which the feed brings a change to every replica; they are compared by it. */
  readonly replicationLag: number;
  readonly password?: SecretConfig;
}

export interface StoreDependencies {
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Opens the data plane; connects in the background, so a replica that is down delays nobody. Throws RangeError. */
export async function openIdentityStore(
  { url, timeout, replicationLag, password }: StoreConfig,
  dependencies: StoreDependencies,
): Promise<IdentityStore> {
  if (url === 'embedded') return createMemoryStore();
  const secret = password && (await readSecret(password));
  const replicas = replicaUrls(url).map((each) =>
    createRedisStore({ url: each, timeout, ...(secret === undefined ? {} : { password: secret }) }),
  );
  if (replicas.length === 1 && replicas[0]) return replicas[0];
  const comparison = createComparison(replicas.length, { replicationLag, ...dependencies });
  return replicated(replicas, { timeout, comparison });
}

/** `redis://a:1,b:2` and `redis://a:1,redis://b:2` name the same replicas. */
export function replicaUrls(url: string): readonly string[] {
  const scheme = /^rediss?:\/\//.exec(url)?.[0];
  if (!scheme) throw new RangeError('the data plane must be embedded or redis://host:port');
  return url.split(',').map((each) => (each.includes('://') ? each : `${scheme}${each}`));
}
