import type { BillingConfig } from '../shared/config-types.ts';
import type { BatchEngine } from './engine.ts';
import { openDuckDbEngine } from './engine-duckdb.ts';
import { openSparkEngine } from './engine-spark.ts';

/** What runs the SQL, as the config says. `folder` is for what does not fit into memory. */
export async function openEngine(config: BillingConfig, folder: string): Promise<BatchEngine> {
  const { engine, cores, partitions, deadline, spark } = config;
  if (engine === 'duckdb') return openDuckDbEngine({ cores, folder });
  const command = spark?.command ?? 'spark-sql';
  return openSparkEngine({ command, master: spark?.master ?? `local[${cores}]`, partitions, deadline });
}
