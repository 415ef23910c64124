import { Redis } from 'ioredis';
import { type Identity, type IdentityStore, IdentityUnavailable } from '../contracts/identity.ts';

/** How to reach one replica. */
export interface RedisReplica {
  /** `redis://host:port`, or `rediss://` for TLS. */
  readonly url: string;
  /** Seconds for one command, and for a connection. */
  readonly timeout: number;
  readonly password?: string;
}

const prefix = 'headroom:identity:';
const positionKey = 'headroom:identity-position';

/** Keys in one call of the script: it holds up other readers for well below a millisecond. */
const batch = 200;

/** Writes what is newer than the replica has, atomically, so that two feeders cannot take a key back. */
const putNewer = `
for i, key in ipairs(KEYS) do
  local version = tonumber(ARGV[2 * i - 1])
  local old = tonumber(redis.call('HGET', key, 'version') or '-1')
  if version > old then redis.call('HSET', key, 'version', version, 'identity', ARGV[2 * i]) end
end
return #KEYS`;

const advance = `
local version, at = tonumber(ARGV[1]), tonumber(ARGV[2])
local old = tonumber(redis.call('HGET', KEYS[1], 'version') or '-1')
local oldAt = tonumber(redis.call('HGET', KEYS[1], 'at') or '-1')
if version > old or (version == old and at > oldAt) then
  redis.call('HSET', KEYS[1], 'version', ARGV[1], 'at', ARGV[2])
end
return 1`;

interface Scripts {
  readonly putNewer: (keys: number, ...values: (string | number)[]) => Promise<number>;
  readonly advance: (key: string, ...values: (string | number)[]) => Promise<number>;
}

/**
 * One Redis as a replica of the data plane. It must not evict (`maxmemory-policy noeviction`): an evicted identity
 * would look like an unknown key. One that came back without its data has no position, and is not believed until the
 * feed has filled it.
 */
export function createRedisStore({ url, timeout, password }: RedisReplica): IdentityStore {
  const milliseconds = Math.ceil(timeout * 1000);
  const redis = new Redis(url, {
    ...(password === undefined ? {} : { password }),
    enableOfflineQueue: false,
    commandTimeout: milliseconds,
    connectTimeout: Math.max(milliseconds, 1000),
    // A hung server keeps its connection: dropped here, or unanswered commands would pile up behind it.
    socketTimeout: Math.max(10 * milliseconds, 1000),
    maxRetriesPerRequest: 0,
    enableAutoPipelining: true,
    retryStrategy: (attempt) => Math.min(1000, 50 * attempt) * (0.5 + Math.random() / 2),
    scripts: {
      putNewer: { lua: putNewer },
      advance: { lua: advance, numberOfKeys: 1 },
    },
  });
  // Each failed command is answered to its caller; without a listener the event would end the process.
  redis.on('error', () => {});
  const scripts = redis as unknown as Scripts;
  return {
    find: (keyId) =>
      answered(async () => {
        const [identity, fed] = await Promise.all([
          redis.hget(`${prefix}${keyId}`, 'identity'),
          redis.exists(positionKey),
        ]);
        if (identity !== null) return JSON.parse(identity) as Identity;
        if (fed === 0) throw new Error('the replica was never fed');
        return undefined;
      }),
    put: (identities) =>
      answered(async () => {
        for (let start = 0; start < identities.length; start += batch) {
          const part = identities.slice(start, start + batch);
          await scripts.putNewer(
            part.length,
            ...part.map(({ keyId }) => `${prefix}${keyId}`),
            ...part.flatMap((identity) => [identity.version, JSON.stringify(identity)]),
          );
        }
      }),
    position: () =>
      answered(async () => {
        const { version, at } = await redis.hgetall(positionKey);
        return version === undefined || at === undefined
          ? undefined
          : { version: Number(version), at: Number(at) };
      }),
    setPosition: (version, at) =>
      answered(async () => {
        await scripts.advance(positionKey, version, at);
      }),
    async close() {
      redis.disconnect();
    },
  };
}

async function answered<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw new IdentityUnavailable(`the replica did not answer: ${(error as Error).message}`);
  }
}
