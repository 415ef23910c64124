import { RecordInvalid, type UsageRecord } from '../contracts/usage.ts';

const texts = ['requestId', 'customer', 'worker'] as const;
const times = ['finishedAt', 'deadlineAt'] as const;
const amounts = ['bytesIn', 'bytesOut', 'pixels', 'cpuMicroseconds'] as const;
/** Far outside of these roll-up has no date for a time, and billing would cut all time until then into windows. */
const earliest = Date.UTC(2020, 0, 1);
const latest = Date.UTC(2101, 0, 1) - 1;
const outcomes: readonly unknown[] = ['served', 'late', 'unanswered'];
const longestText = 256;
/** Half characters and control characters, which not every engine keeps as they are. */
const unfit = /[\p{Surrogate}\p{Cc}]/u;

/** Reads records, one JSON object a line. Throws RecordInvalid with the number of the first bad line. */
export function parseRecords(text: string): readonly UsageRecord[] {
  const records: UsageRecord[] = [];
  let number = 0;
  for (const line of text.split('\n')) {
    number += 1;
    if (line === '' || line === '\r') continue;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw new RecordInvalid(`line ${number} is no JSON`);
    }
    records.push(checkRecord(value, `line ${number}`));
  }
  return records;
}

/** The value as a record. Throws RecordInvalid, which names the place and the key. */
export function checkRecord(value: unknown, place: string): UsageRecord {
  if (typeof value !== 'object' || value === null) throw new RecordInvalid(`${place} is no object`);
  const record = value as Readonly<Record<string, unknown>>;
  for (const key of texts) {
    const text = record[key];
    if (typeof text !== 'string' || text === '' || text.length > longestText || unfit.test(text)) {
      throw new RecordInvalid(`${place}: ${key} must be a text of 1 to ${longestText} printable characters`);
    }
  }
  for (const key of times) {
    const time = record[key];
    if (!Number.isSafeInteger(time) || (time as number) < earliest || (time as number) > latest) {
      throw new RecordInvalid(`${place}: ${key} must be whole Unix milliseconds of the years 2020 to 2100`);
    }
  }
  for (const key of amounts) {
    if (!Number.isSafeInteger(record[key]) || (record[key] as number) < 0) {
      throw new RecordInvalid(`${place}: ${key} must be a whole number, not negative`);
    }
  }
  if (!outcomes.includes(record['outcome'])) {
    throw new RecordInvalid(`${place}: outcome must be one of ${outcomes.join(', ')}`);
  }
  return value as UsageRecord;
}

/** One line with the keys of a record in fixed order and no others, so that equal records are equal bytes. */
export function writeRecord(record: UsageRecord): string {
  const { requestId, customer, finishedAt, deadlineAt, bytesIn, bytesOut, pixels } = record;
  const { cpuMicroseconds, outcome, worker } = record;
  return (
    `{"requestId":${JSON.stringify(requestId)},"customer":${JSON.stringify(customer)},"finishedAt":${finishedAt},` +
    `"deadlineAt":${deadlineAt},"bytesIn":${bytesIn},"bytesOut":${bytesOut},"pixels":${pixels},` +
    `"cpuMicroseconds":${cpuMicroseconds},"outcome":"${outcome}","worker":${JSON.stringify(worker)}}\n`
  );
}
