import { Pool } from 'undici';
import { RecordInvalid, type UsageLog } from '../contracts/usage.ts';
import { inBatches } from './in-batches.ts';
import { checkRecord, writeRecord } from './record.ts';

/** The aggregator did not take the records: keep them, do not acknowledge the job, and try again. */
export class UsageLogUnavailable extends Error {
  override readonly name = 'UsageLogUnavailable';
}

export interface ClientOptions {
  /** Seconds for the aggregator's answer; 5 unless told. */
  readonly timeout?: number;
}

/**
 * The log of an aggregator at an address, `http://host:port`. `append` throws UsageLogUnavailable, or RecordInvalid for what is no record; appending
 * again after an unclear failure is harmless, since billing keeps one record a request.
 */
export function openUsageLog(url: string, { timeout = 5 }: ClientOptions = {}): UsageLog {
  const pool = new Pool(url, {
    connections: 1,
    connect: { timeout: timeout * 1000 },
    headersTimeout: Math.ceil(timeout * 1000),
    bodyTimeout: Math.ceil(timeout * 1000),
  });
  const append = inBatches((records) => post(pool, records.map(writeRecord).join('')));

  return {
    append: async (records) => append(records.map((record) => checkRecord(record, 'the record'))),
    close: () => pool.close(),
  };
}

async function post(pool: Pool, body: string): Promise<void> {
  const answer = await pool
    .request({
      method: 'POST',
      path: '/v1/records',
      headers: { 'content-type': 'application/x-ndjson' },
      body,
    })
    .catch((error) => {
      throw new UsageLogUnavailable('the aggregator does not answer', { cause: error });
    });
  const text = await answer.body.text().catch(() => '');
  if (answer.statusCode === 204) return;
  if (answer.statusCode === 400 && /"code":\s*"invalid-record"/.test(text))
    throw new RecordInvalid(text.slice(0, 300));
  throw new UsageLogUnavailable(`the aggregator answered ${answer.statusCode} ${text.slice(0, 300)}`);
}
