import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openColdStore } from '../cold/open.ts';
import type { ColdStore } from '../contracts/cold-store.ts';
import type { RunningRole } from '../contracts/role.ts';
import type { UsageLog, UsageStore } from '../contracts/usage.ts';
import type { UsageConfig } from '../shared/config-types.ts';
import { createServer, listen } from '../shared/http.ts';
import type { Logger } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import { openDatabase } from './duckdb.ts';
import { openLog, type RecordLog, UsageLogFull } from './log.ts';
import { checkRecord } from './record.ts';
import { isDiskFull, openReserve, type Reserve } from './reserve.ts';
import { createRollUp } from './roll-up.ts';
import { addRecordRoute } from './server.ts';
import { createRawShipper } from './ship-raw.ts';
import { type Shipper, startShipping } from './shipper.ts';
import { openUsageStore } from './store.ts';

export interface UsageDependencies {
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Opened from the config where left out; one that is passed in stays open. */
  readonly store?: UsageStore;
  readonly cold?: ColdStore;
}

export interface RunningUsage extends RunningRole {
  /** The log for workers in the same process. */
  readonly log: UsageLog;
}

/** Most bytes of a posted batch. */
const bodyLimit = 8 << 20;

/**
 * The local aggregator: takes usage records over HTTP into a log on this disk, and ships them from there, raw to cold
 * storage and rolled up to the batch store, each as well as its destination allows. Throws FolderInUse.
 */
export async function startUsage(
  config: UsageConfig,
  dependencies: UsageDependencies,
): Promise<RunningUsage> {
  const log = await openLog({ ...config, logger: dependencies.logger });
  try {
    return await startWith(log, config, dependencies);
  } catch (error) {
    await log.close();
    throw error;
  }
}

async function startWith(
  log: RecordLog,
  config: UsageConfig,
  dependencies: UsageDependencies,
): Promise<RunningUsage> {
  const { logger, metrics } = dependencies;
  const { folder, batchInterval: interval, retry } = config;
  const shippingFolder = join(folder, 'shipping');
  await mkdir(shippingFolder, { recursive: true });
  const store = dependencies.store ?? openUsageStore(config.store, { folder: join(folder, 'store') });
  const cold = dependencies.cold ?? (await openColdStore(config.coldStore));
  const database = await openDatabase({ threads: 1, memoryBytes: 512e6, folder: shippingFolder });
  // Room for a batch in the making, as lines and as Parquet.
  const reserve = await openReserve(
    folder,
    Math.floor(Math.min(config.bufferBytes / 4, config.batchRecords * 1000 + 8e6)),
  );
  const common = { ...config, log, folder: shippingFolder };
  const raw = await createRawShipper({ ...common, cold, database });
  const written = (rows: number) => metrics.add('headroom_usage_rows_total', { result: 'written' }, rows);
  const rollUp = await createRollUp({ ...common, store, written });

  const shipped = (stage: string) => async (records: number) => {
    reserve.spare(stage);
    if (records === 0) return;
    metrics.add('headroom_usage_records_total', { stage }, records);
    await log.forget(Math.min(raw.position().segment, rollUp.position().segment));
    await reserve.restore();
  };
  const failed = (stage: string) => async (err: unknown) => {
    if (stage === 'rolled_up') metrics.add('headroom_usage_rows_total', { result: 'retried' });
    logger.warn({ err, stage }, 'a batch could not be shipped; it is kept and tried again');
    if (isDiskFull(err)) return reserve.release(stage);
    reserve.spare(stage);
    return false;
  };
  let draining = false;
  const append: RecordLog['append'] = async (records, wait) => {
    if (draining) throw new UsageLogFull('this aggregator is stopping');
    if (!reserve.isHeld()) throw new UsageLogFull('the disk is full; what is there is shipped first');
    await log.append(records, wait);
    metrics.add('headroom_usage_records_total', { stage: 'written' }, records.length);
  };
  const gauges = setInterval(() => {
    // Nobody sends records to an aggregator that is not ready, so it has to find out by itself that the disk writes again.
    // The log itself tells of the failure.
    if (!log.healthy()) log.append([]).catch(() => undefined);
    measure(log, reserve, [raw, rollUp], metrics).catch((err) => logger.warn({ err }, 'not measured'));
  }, 1000).unref();
  const server = createServer({
    logger,
    metrics,
    bodyLimit,
    ready: () => !draining && log.healthy() && reserve.isHeld(),
  });
  addRecordRoute(server, { append, draining: () => draining, retryAfter: retry.first });
  const address = await listen(server, config.listen);
  const shippings = [
    startShipping({ shipper: raw, interval, retry, shipped: shipped('shipped'), failed: failed('shipped') }),
    startShipping({
      shipper: rollUp,
      interval,
      retry,
      shipped: shipped('rolled_up'),
      failed: failed('rolled_up'),
    }),
  ];

  const end = async (ship: boolean) => {
    if (draining) return;
    draining = true;
    clearInterval(gauges);
    await server.close();
    // Nothing to write: syncs what is written, so that the last batches hold all of it.
    await log.append([]).catch((err) => logger.error({ err }, 'the last records could not be synced'));
    await Promise.all(shippings.map((each) => (ship ? each.finish() : each.stop())));
    database.close();
    await log.close().catch((err) => logger.error({ err }, 'the log could not be closed'));
    if (!dependencies.store) await store.close();
    if (!dependencies.cold) await cold.close();
  };
  return {
    addresses: { listen: address },
    log: {
      append: (records) => append(records.map((record) => checkRecord(record, 'the record'))),
      close: async () => {},
    },
    drain: () => end(true),
    close: () => end(false),
  };
}

/** Looks whether there is room again, and at what waits: bytes that one of the two destinations lacks, and since when. */
async function measure(
  log: RecordLog,
  reserve: Reserve,
  shippers: readonly Shipper[],
  metrics: Metrics,
): Promise<void> {
  await reserve.restore();
  const positions = shippers.map((shipper) => shipper.position());
  const times = await Promise.all(positions.map((position) => log.timeAt(position).catch(() => undefined)));
  const oldest = Math.min(...times.map((time) => time ?? Infinity));
  const age = oldest === Infinity ? 0 : Math.max(0, Date.now() - oldest) / 1000;
  metrics.set('headroom_usage_buffer_bytes', {}, Math.max(...positions.map((each) => log.bytesAfter(each))));
  metrics.set('headroom_usage_oldest_unshipped_seconds', {}, age);
}
