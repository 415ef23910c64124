import type { IdentityStore } from '../contracts/identity.ts';
import type { SecretConfig } from '../shared/config-types.ts';
import { readSecret } from '../shared/secret.ts';
import { createMemoryStore } from './memory-store.ts';
import { createRedisStore } from './redis-store.ts';
import { replicated } from './replicated-store.ts';

export interface StoreConfig {
  /** `embedded`, or `redis://host:port` of each replica, separated by commas. */
  readonly url: string;
  /** Seconds for a lookup over all replicas. */
  readonly timeout: number;
  readonly password?: SecretConfig;
}

/** Opens the data plane; connects in the background, so a replica that is down delays nobody. Throws RangeError. */
export async function openIdentityStore({ url, timeout, password }: StoreConfig): Promise<IdentityStore> {
  if (url === 'embedded') return createMemoryStore();
  const secret = password && (await readSecret(password));
  const replicas = replicaUrls(url).map((each) =>
    createRedisStore({ url: each, timeout, ...(secret === undefined ? {} : { password: secret }) }),
  );
  return replicas.length === 1 && replicas[0] ? replicas[0] : replicated(replicas, timeout);
}

/** `redis://a:1,b:2` and `redis://a:1,redis://b:2` name the same replicas. */
export function replicaUrls(url: string): readonly string[] {
  const scheme = /^rediss?:\/\//.exec(url)?.[0];
  if (!scheme) throw new RangeError('the data plane must be embedded or redis://host:port');
  return url.split(',').map((each) => (each.includes('://') ? each : `${scheme}${each}`));
}
