import { open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type ColdStore, ObjectLocked } from '../contracts/cold-store.ts';
import type { Database } from './duckdb.ts';
import { landingKey } from './landing.ts';
import type { RecordLog } from './log.ts';
import { writeParquet } from './parquet.ts';
import { positionFile } from './position-file.ts';
import { type Position, readBlocks } from './segment.ts';
import type { Shipper } from './shipper.ts';

export interface RawShipperOptions {
  readonly log: RecordLog;
  readonly cold: ColdStore;
  readonly database: Database;
  /** Folder for the position and for the batch in the making. */
  readonly folder: string;
  readonly batchRecords: number;
}

interface State {
  readonly position: Position;
  /** End of the batch that is on its way: after a crash the same batch is sent again, under the same key. */
  readonly until?: number;
}

/** Brings raw records to the landing area of cold storage, as Parquet, each piece of the log once. */
export async function createRawShipper(options: RawShipperOptions): Promise<Shipper> {
  const { log, cold, database, folder, batchRecords } = options;
  const file = positionFile<State>(join(folder, 'raw.json'));
  let state: State = (await file.read()) ?? { position: log.first() };

  const save = async (next: State) => {
    await file.write(next);
    state = next;
  };

  return {
    position: () => log.settle(state.position),
    ship: async () => {
      const position = log.settle(state.position);
      const batch = await writeLines(log, position, state.until, batchRecords, join(folder, 'batch.ndjson'));
      if (batch.records === 0) return 0;
      await save({ position, until: batch.until });
      const parquet = join(folder, 'batch.parquet');
      const { records, earliestDeadline, latestDeadline } = await writeParquet(database, batch.file, parquet);
      if (records !== batch.records) throw new Error(`${records} of ${batch.records} records became Parquet`);
      const range = { log: log.id, from: position, until: batch.until };
      const key = landingKey({ ...range, earliestDeadline, latestDeadline });
      await cold.put(key, await readFile(parquet)).catch((error) => {
        // Sent before a crash and by an older version, which wrote other bytes for the same records.
        if (!(error instanceof ObjectLocked)) throw error;
      });
      await save({ position: { ...position, offset: batch.until } });
      await Promise.all([batch.file, parquet].map((each) => unlink(each)));
      return records;
    },
  };
}

/** Copies the blocks of one batch, checked, into a file of JSON lines. */
async function writeLines(
  log: RecordLog,
  position: Position,
  fixedEnd: number | undefined,
  mostRecords: number,
  file: string,
): Promise<{ readonly records: number; readonly until: number; readonly file: string }> {
  const { segment, offset } = position;
  const end = fixedEnd ?? log.end(segment);
  if (end <= offset) return { records: 0, until: offset, file };
  const lines = await open(file, 'w');
  try {
    let records = 0;
    let until = offset;
    for await (const { header, body, end: next } of readBlocks(log.file(segment), offset, end)) {
      await lines.writeFile(body);
      records += header.records;
      until = next;
      if (fixedEnd === undefined && records >= mostRecords) break;
    }
    if (fixedEnd !== undefined && until !== fixedEnd)
      throw new Error(`segment ${segment} is damaged at ${until}`);
    return { records, until, file };
  } finally {
    await lines.close();
  }
}
