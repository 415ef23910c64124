import { crc32 } from 'node:zlib';

/**
 * The log is a row of blocks, each of what was written at once: a header of fixed length in plain text (bytes of the
 * body, its CRC-32, number of records, time of writing), then the records as JSON lines.
 */
export interface BlockHeader {
  readonly bytes: number;
  readonly checksum: number;
  readonly records: number;
  /** Unix milliseconds. */
  readonly at: number;
}

export const headerBytes = 42;
const pattern = /^# ([0-9a-f]{8}) ([0-9a-f]{8}) ([0-9a-f]{8}) ([0-9a-f]{12})\n$/;

/** Header and body of a block. */
export function encodeBlock(body: Buffer, records: number, at: number): Buffer {
  const [bytes, checksum, count] = [body.length, crc32(body), records].map((each) => hex(each, 8));
  return Buffer.concat([Buffer.from(`# ${bytes} ${checksum} ${count} ${hex(at, 12)}\n`), body]);
}

/** Undefined where these bytes are no header, as after a crash in the middle of a write. */
export function decodeHeader(bytes: Buffer): BlockHeader | undefined {
  const fields = pattern
    .exec(bytes.toString('latin1'))
    ?.slice(1)
    .map((each) => Number.parseInt(each, 16));
  if (!fields) return undefined;
  const [length = 0, checksum = 0, records = 0, at = 0] = fields;
  return { bytes: length, checksum, records, at };
}

/** Whether the body is the one that was written. */
export function isWhole(header: BlockHeader, body: Buffer): boolean {
  return body.length === header.bytes && crc32(body) === header.checksum;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
