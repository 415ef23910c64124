import type { UsageStore } from '../contracts/usage.ts';
import type { UsageStoreConfig } from '../shared/config-types.ts';
import { openCassandraStore } from './store-cassandra.ts';
import { openParquetStore } from './store-parquet.ts';

/**
 * The batch store of a config: `embedded` for Parquet files in `store.folder` (or the folder given here), else
 * contact points `cassandra://host:port,host:port/keyspace?datacenter=dc1`. Throws a RangeError for another address.
 */
export function openUsageStore(
  config: UsageStoreConfig,
  defaults: { readonly folder?: string } = {},
): UsageStore {
  if (config.url === 'embedded') {
    const folder = config.folder ?? defaults.folder;
    if (folder === undefined) throw new RangeError('store.folder: an embedded usage store needs a folder');
    return openParquetStore({ folder, retention: config.retention });
  }
  return openCassandraStore(config);
}
