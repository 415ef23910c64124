import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import {
  type Identity,
  type IdentityStore,
  IdentityUnavailable,
  type Position,
} from '../contracts/identity.ts';

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
const generationKey = 'headroom:identity-generation';

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

/** Compares and removes in one step, so that what a feeder just wrote stays. */
const removeOlder = `
for _, key in ipairs(KEYS) do
  local version = tonumber(redis.call('HGET', key, 'version') or '-1')
  if version < tonumber(ARGV[1]) then redis.call('DEL', key) end
end
return #KEYS`;

/** A key that is lost with the others, and the run: one that restarts from its disk may lack what was written last. */
const generationOf = `
local function generation(key)
  return (redis.call('GET', key) or '') .. ' ' .. string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
end`;

const nameGeneration = `${generationOf}
redis.call('SET', KEYS[1], ARGV[1], 'NX')
return generation(KEYS[1])`;

/** 0 where it is another generation. */
const advance = `${generationOf}
if generation(KEYS[2]) ~= ARGV[3] then return 0 end
local version, at = tonumber(ARGV[1]), tonumber(ARGV[2])
local old = tonumber(redis.call('HGET', KEYS[1], 'version') or '-1')
local oldAt = tonumber(redis.call('HGET', KEYS[1], 'at') or '-1')
if version > old or (version == old and at > oldAt) then
  redis.call('HSET', KEYS[1], 'version', ARGV[1], 'at', ARGV[2])
end
return 1`;

interface Scripts {
  readonly putNewer: (keys: number, ...values: (string | number)[]) => Promise<number>;
  readonly removeOlder: (keys: number, ...values: (string | number)[]) => Promise<number>;
  readonly nameGeneration: (key: string, name: string) => Promise<string>;
  readonly advance: (...keysAndValues: (string | number)[]) => Promise<number>;
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
      removeOlder: { lua: removeOlder },
      nameGeneration: { lua: nameGeneration, numberOfKeys: 1 },
      advance: { lua: advance, numberOfKeys: 2 },
    },
  });
  // Each failed command is answered to its caller; without a listener the event would end the process.
  redis.on('error', () => {});
  const scripts = redis as unknown as Scripts;
  return {
    find: (keyId) =>
      answered(async () => {
        // One pipeline, answered in this order: what is fed in between makes the identity newer than its position.
        const [place, identity] = await Promise.all([
          redis.hmget(positionKey, 'version', 'at'),
          redis.hget(`${prefix}${keyId}`, 'identity'),
        ]);
        const position = positionOf(place);
        if (identity !== null) return { identity: JSON.parse(identity) as Identity, position };
        if (!position) throw new Error('the replica was never fed');
        return { identity: undefined, position };
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
    removeBelow: (version) =>
      answered(async () => {
        let cursor = '0';
        do {
          const [next, keys] = await redis.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', batch);
          if (keys.length > 0) await scripts.removeOlder(keys.length, ...keys, version);
          cursor = next;
        } while (cursor !== '0');
      }),
    generation: () => answered(() => scripts.nameGeneration(generationKey, randomUUID())),
    position: () =>
      answered(async () => {
        return positionOf(await redis.hmget(positionKey, 'version', 'at'));
      }),
    setPosition: (version, at, generation) =>
      answered(async () => {
        const set = await scripts.advance(positionKey, generationKey, version, at, generation);
        if (set === 0) throw new Error('it was emptied or restarted meanwhile');
      }),
    async close() {
      redis.disconnect();
    },
  };
}

function positionOf([version, at]: readonly (string | null | undefined)[]): Position | undefined {
  return version && at ? { version: Number(version), at: Number(at) } : undefined;
}

async function answered<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw new IdentityUnavailable(`the replica did not answer: ${(error as Error).message}`);
  }
}
