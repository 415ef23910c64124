import { join } from 'node:path';
import type { UsageRecord, UsageRow, UsageStore } from '../contracts/usage.ts';
import type { RecordLog } from './log.ts';
import { positionFile } from './position-file.ts';
import { type Position, readBlocks } from './segment.ts';
import type { Shipper } from './shipper.ts';

export interface RollUpOptions {
  readonly log: RecordLog;
  readonly store: UsageStore;
  readonly folder: string;
  readonly batchRecords: number;
  /** Seconds. */
  readonly rollupWindow: number;
  /** Told of the rows of each batch that the store took. */
  readonly written: (rows: number) => void;
}

/** Rows of one segment, by window and customer. */
type Sums = Map<string, UsageRow>;

/**
 * Sums the served records of each customer and window, and writes the sums to the batch store. The source of a row is
 * its segment, and sums begin anew with each segment: so a row can always be counted again from the log, comes out
 * the same or larger, and replaces its older self.
 */
export async function createRollUp(options: RollUpOptions): Promise<Shipper> {
  const { log, store, folder, batchRecords, rollupWindow, written } = options;
  const file = positionFile<Position>(join(folder, 'rolled-up.json'));
  let position = (await file.read()) ?? log.first();
  let sums: Sums = new Map();
  const sourceOf = (segment: number) => `${log.id}/${segment}`;

  const sumUp = async (from: Position, until: number, before: Sums, mostRecords = Infinity) => {
    const changed: Sums = new Map();
    let records = 0;
    let offset = from.offset;
    for await (const { header, body, end } of readBlocks(log.file(from.segment), from.offset, until)) {
      for (const line of body.toString().split('\n')) {
        if (line !== '') add(changed, before, JSON.parse(line), rollupWindow * 1000, sourceOf(from.segment));
      }
      records += header.records;
      offset = end;
      if (records >= mostRecords) break;
    }
    return { changed, records, offset };
  };

  if (position.offset > 0 && log.end(position.segment) > 0) {
    sums = (await sumUp({ ...position, offset: 0 }, position.offset, new Map())).changed;
  }

  return {
    position: () => log.settle(position),
    ship: async () => {
      const from = log.settle(position);
      if (from.segment !== position.segment) sums = new Map();
      position = from;
      const end = log.end(from.segment);
      if (end <= from.offset) return 0;
      const { changed, records, offset } = await sumUp(from, end, sums, batchRecords);
      if (changed.size > 0) await store.write([...changed.values()]);
      await file.write({ ...from, offset });
      position = { ...from, offset };
      for (const [key, row] of changed) sums.set(key, row);
      written(changed.size);
      return records;
    },
  };
}

/** Only what was served counts against a quota; a job that was done twice counts twice here, and once on the bill. */
function add(changed: Sums, before: Sums, record: UsageRecord, windowMs: number, source: string): void {
  if (record.outcome !== 'served') return;
  const window = Math.floor(record.finishedAt / windowMs) * windowMs;
  const key = `${window} ${record.customer}`;
  const sum = changed.get(key) ?? before.get(key);
  changed.set(key, {
    customer: record.customer,
    window,
    source,
    requests: (sum?.requests ?? 0) + 1,
    bytesIn: (sum?.bytesIn ?? 0) + record.bytesIn,
    bytesOut: (sum?.bytesOut ?? 0) + record.bytesOut,
    pixels: (sum?.pixels ?? 0) + record.pixels,
    cpuMicroseconds: (sum?.cpuMicroseconds ?? 0) + record.cpuMicroseconds,
  });
}
