import { checkKey } from '../cold/object-key.ts';
import type { ConfigProblem } from '../shared/config.ts';
import type { ColdStoreConfig, UsageStoreConfig } from '../shared/config-types.ts';
import { addressProblems, endpointForm } from './addresses.ts';
import { refusal, secretProblems, unless } from './check-parts.ts';

type Problems = Promise<readonly ConfigProblem[]>;

/** `folder`: where an embedded store is unless its config says so. */
export async function usageStoreProblems(path: string, store: UsageStoreConfig, folder?: string): Problems {
  if (store.url === 'embedded') {
    return unless(
      (store.folder ?? folder) !== undefined,
      `${path}.folder`,
      'missing; an embedded store needs it',
    );
  }
  const { consistencyOf, parseCassandraUrl } = await import('../usage/cassandra-schema.ts');
  const takes = 'must be embedded or cassandra://host:port,host:port/keyspace?datacenter=name';
  const quorum = (key: 'writeQuorum' | 'readQuorum') =>
    refusal(
      () => consistencyOf(store[key], store.replicas),
      `${path}.${key}`,
      `${store[key]} of ${store.replicas} replicas is neither one, nor a majority, nor all of them`,
    );
  return [
    ...refusal(() => parseCassandraUrl(store.url), `${path}.url`, takes),
    ...quorum('writeQuorum'),
    ...quorum('readQuorum'),
  ];
}

export async function coldStoreProblems(path: string, cold: ColdStoreConfig): Problems {
  const { url, bucket, accessKey, secretKey } = cold;
  const both = Boolean(accessKey) === Boolean(secretKey);
  return [
    ...addressProblems(`${path}.url`, url, endpointForm),
    ...(url.startsWith('file:') ? refusal(() => checkKey(bucket), `${path}.bucket`) : []),
    ...unless(both, `${path}.${accessKey ? 'secretKey' : 'accessKey'}`, 'missing; the two belong together'),
    ...(await secretProblems({ [`${path}.accessKey`]: accessKey, [`${path}.secretKey`]: secretKey })),
  ];
}
