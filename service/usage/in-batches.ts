import { setTimeout as sleep } from 'node:timers/promises';
import { RecordInvalid, type UsageLog, type UsageRecord } from '../contracts/usage.ts';

/**
 * Nobody waits for a record but its job, whose customer has the image already; in milliseconds. The plan's interval of
 * syncs: its scaler counts on jobs being logged for so long.
 */
const gathering = 100;
/** From here on a message takes no more. */
const mostRecords = 1000;

interface Batch {
  readonly records: UsageRecord[];
  readonly sent: Promise<void>;
}

/**
 * Sends what is appended within a moment, or while a batch is on its way, together: a message and a sync cost more
 * than a record. Who appended is told what became of the batch; where it is refused for what is no record, each appended
 * part is sent alone, and only the one with that record fails.
 */
export function inBatches(send: UsageLog['append']): UsageLog['append'] {
  let gathered: Batch | undefined;
  let onItsWay: Promise<unknown> = Promise.resolve();

  const begin = (): Batch => {
    const records: UsageRecord[] = [];
    const sent = Promise.all([onItsWay, sleep(gathering)]).then(() => {
      gathered = undefined;
      const sending = send(records);
      onItsWay = sending.catch(() => undefined);
      return sending;
    });
    return { records, sent };
  };
  const append: UsageLog['append'] = (records) => {
    if (gathered && gathered.records.length >= mostRecords) {
      const before = gathered.sent.catch(() => undefined);
      return before.then(() => append(records));
    }
    gathered ??= begin();
    const batch = gathered;
    batch.records.push(...records);
    return batch.sent.catch((error: unknown) => {
      const isAlone = batch.records.length === records.length;
      if (isAlone || !(error instanceof RecordInvalid)) throw error;
      return send(records);
    });
  };
  return append;
}
