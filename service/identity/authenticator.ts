import { LRUCache } from 'lru-cache';
import type { Authentication, Authenticator, Identity, IdentityStore } from '../contracts/identity.ts';
import type { EdgeCacheConfig } from '../shared/config-types.ts';
import type { Logger } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import { hashSecret, parseKey, sameHash } from './key.ts';

export interface AuthenticatorDependencies {
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Milliseconds of a clock that never goes back; `performance.now` unless told. */
  readonly clock?: () => number;
}

/** What is remembered of a key. Ages count from the moment the data plane was asked, so that bounds hold from there. */
interface Entry {
  readonly identity: Identity | undefined;
  readonly askedAt: number;
  /** Until then the data plane is not asked for this key again, since it just failed. */
  readonly restUntil: number;
  /** Of the identity; of the replica that does not know the key. */
  readonly version: number;
}

type Result = 'hit' | 'negative_hit' | 'miss' | 'stale' | 'refused';

/** Unknown keys have a cache of their own, so that guesses cannot push customers out. */
const negativeEntries = 10_000;

/** Milliseconds for which a key is served stale before the data plane is asked again: one slow request, not all. */
const rest = 1000;

/** Compared with where there is no identity, so that an unknown key takes as long as a wrong secret. */
const nobody = '0'.repeat(64);

/**
 * The edge cache: who sends this key? Answers from memory within the TTL, asks the data plane once for all who wait,
 * and lives on what it knows for `maxStale` while no replica answers. A revoked key is answered as an unknown one.
 */
export function createAuthenticator(
  config: EdgeCacheConfig,
  store: IdentityStore,
  { logger, metrics, clock = () => performance.now() }: AuthenticatorDependencies,
): Authenticator {
  const known = new LRUCache<string, Entry>({ max: config.entries });
  const unknown = new LRUCache<string, Entry>({ max: Math.min(config.entries, negativeEntries) });
  const asking = new Map<string, Promise<Entry | undefined>>();
  let away = false;

  const count = (result: Result) => metrics.add('headroom_identity_cache_lookups_total', { result });

  /** Refused entries live as short as unknown ones, so that a customer who is let in again need not wait. */
  const isFresh = ({ identity, askedAt }: Entry) => {
    const life = identity && !identity.revoked ? config.ttl : config.negativeTtl;
    return clock() - askedAt < life * 1000;
  };

  /** Asks the data plane; undefined where it does not answer. Never throws. */
  const ask = async (keyId: string): Promise<Entry | undefined> => {
    const askedAt = clock();
    const took = (result: 'found' | 'unknown' | 'failed') =>
      metrics.observe(
        'headroom_identity_data_lookup_duration_seconds',
        { result },
        (clock() - askedAt) / 1000,
      );
    try {
      const { identity, position } = await store.find(keyId);
      took(identity ? 'found' : 'unknown');
      if (position) {
        const age = Math.max(0, Date.now() - position.at) / 1000;
        metrics.set('headroom_identity_data_age_seconds', {}, age);
      }
      if (away) logger.info('the data plane of identity answers again');
      away = false;
      return { identity, askedAt, restUntil: 0, version: identity?.version ?? position?.version ?? -1 };
    } catch (error) {
      took('failed');
      if (!away)
        logger.warn({ err: error }, 'the data plane of identity does not answer; serving what is known');
      away = true;
      return undefined;
    }
  };

  /** What is known after asking; undefined where the data plane did not answer, or is behind what is known. */
  const refresh = async (keyId: string): Promise<Entry | undefined> => {
    const entry = await ask(keyId);
    const old = known.get(keyId);
    // Versions only grow, and a key ends only where a backup was restored, which raises them: less than before is behind.
    const behind = old && entry && entry.version < old.version;
    if (!entry || behind) {
      if (old) known.set(keyId, { ...old, restUntil: clock() + rest });
      return undefined;
    }
    (entry.identity ? unknown : known).delete(keyId);
    (entry.identity ? known : unknown).set(keyId, entry);
    metrics.set('headroom_identity_cache_entries', {}, known.size);
    return entry;
  };

  const refreshOnce = (keyId: string): Promise<Entry | undefined> => {
    const running = asking.get(keyId);
    if (running) return running;
    const started = refresh(keyId).finally(() => asking.delete(keyId));
    asking.set(keyId, started);
    return started;
  };

  const find = async (keyId: string): Promise<readonly [Result, Identity | undefined]> => {
    const cached = known.get(keyId) ?? unknown.get(keyId);
    if (cached && isFresh(cached)) return [cached.identity ? 'hit' : 'negative_hit', cached.identity];
    const resting = cached !== undefined && clock() < cached.restUntil;
    const entry = resting ? undefined : await refreshOnce(keyId);
    if (entry) return ['miss', entry.identity];
    const stale = known.get(keyId);
    if (stale && clock() - stale.askedAt < config.maxStale * 1000) return ['stale', stale.identity];
    return ['refused', undefined];
  };

  return {
    async authenticate(presentedKey): Promise<Authentication> {
      const key = parseKey(presentedKey);
      if (!key) return { kind: 'unknown' };
      const [result, identity] = await find(key.keyId);
      count(result);
      const matches = sameHash(hashSecret(key.secret), identity?.secretHash ?? nobody);
      if (result === 'refused') return { kind: 'unavailable' };
      if (!identity || !matches || identity.revoked) return { kind: 'unknown' };
      return { kind: 'known', identity, stale: result === 'stale' };
    },
    async close() {
      known.clear();
      unknown.clear();
    },
  };
}
