import { Pool } from 'undici';
import type { UsageLog } from '../contracts/usage.ts';
import { checkRecord, writeRecord } from './record.ts';

/** The aggregator did not take the records: keep them, do not acknowledge the job, and try again. */
export class UsageLogUnavailable extends Error {
  override readonly name = 'UsageLogUnavailable';
}

export interface ClientOptions {
  /** Seconds for the aggregator's answer; 5 unless told. */
  readonly timeout?: number;
}

interface Entry {
  readonly lines: string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const mostEntries = 1000;

/**
 * The log of an aggregator at an address, `http://host:port`. Records that are appended while a batch is on its way
 * go together in the next one. `append` throws UsageLogUnavailable, or RecordInvalid for what is no record; appending
 * again after an unclear failure is harmless, since billing keeps one record a request.
 */
export function openUsageLog(url: string, { timeout = 5 }: ClientOptions = {}): UsageLog {
  const pool = new Pool(url, {
    connections: 1,
    connect: { timeout: timeout * 1000 },
    headersTimeout: Math.ceil(timeout * 1000),
    bodyTimeout: Math.ceil(timeout * 1000),
  });
  const entries: Entry[] = [];
  let sending = false;

  const send = async () => {
    sending = true;
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (entries.length > 0) {
      const group = entries.splice(0, mostEntries);
      const failure = await post(pool, group.map(({ lines }) => lines).join('')).then(
        () => undefined,
        (error) => error,
      );
      for (const entry of group) failure === undefined ? entry.resolve() : entry.reject(failure);
    }
    sending = false;
  };

  return {
    append: async (records) => {
      const lines = records.map((record) => writeRecord(checkRecord(record, 'the record'))).join('');
      await new Promise<void>((resolve, reject) => {
        entries.push({ lines, resolve, reject });
        if (!sending) send();
      });
    },
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
  throw new UsageLogUnavailable(`the aggregator answered ${answer.statusCode} ${text.slice(0, 300)}`);
}
