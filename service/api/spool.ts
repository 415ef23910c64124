import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Job, Outcome, Served } from '../contracts/job.ts';
import { JobSetAside, type Queue, QueueFull } from '../contracts/queue.ts';
import type { SpoolConfig } from '../shared/config-types.ts';
import type { Logger } from '../shared/log.ts';
import { Refusal } from '../shared/problem.ts';
import { createAgenda } from './spool-agenda.ts';
import { openSpoolFolder, type SpooledJob, type SpoolFolder, type StoredOutcome } from './spool-folder.ts';

export interface SpoolOptions {
  readonly config: SpoolConfig;
  readonly queue: Queue;
  /** Seconds after which a job without outcome is no longer in the queue, and its id is forgotten there. */
  readonly republishAfter: number;
  readonly retryAfter: number;
  readonly addresses: (id: string, token: string) => Pick<Job, 'bodyUrl' | 'resultUrl'>;
  readonly logger: Logger;
  readonly onRetry: () => void;
}

export interface SpoolView {
  readonly spooled: SpooledJob;
  readonly outcome?: StoredOutcome;
}

/**
 * Jobs that customers poll. What was accepted is on the disk, and is published again after a restart and whenever
 * the queue has lost or dropped it, until it ended or its deadline passed: while the disk lives, no job is lost.
 */
export interface Spool {
  /** Resolves once the job is safe here, and in the queue or due to be. Throws a Refusal where there is no room. */
  accept(job: SpooledJob['job'], body: Buffer, idempotency?: SpooledJob['idempotency']): Promise<void>;
  find(id: string): SpoolView | undefined;
  entries(): Iterable<SpoolView>;
  body(id: string, token: string): Promise<Buffer | undefined>;
  /** The image of a job that is done, as it is read from the disk; undefined where it was removed meanwhile. */
  result(id: string): Promise<Readable | undefined>;
  served(id: string, token: string): Served | undefined;
  /** An image that has no room any more is not kept: its job ends as refused, and the image counts as `gone`. */
  settle(id: string, token: string, outcome: Outcome): Promise<'taken' | 'gone'>;
  /** Publishes what is due, gives up what is too old, removes what nobody will ask for any more. */
  tend(): Promise<void>;
  close(): Promise<void>;
}

interface Entry {
  readonly spooled: SpooledJob;
  outcome?: StoredOutcome;
  bytes: number;
  publishAt: number;
  /** While the outcome is written: a second one must not overtake it. */
  ending?: Promise<void> | undefined;
}

/** Jobs that are published at a time after a restart. */
const atOnce = 16;
/**
 * Bytes that a job takes beside its body or result: two small files, and each takes a block of 4 KiB on a disk. So the
 * bound of bytes is a bound of jobs too, also of refused ones, which have neither.
 */
const smallFiles = 2 * 4096;

export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const folder = await openSpoolFolder(options.config.folder);
  const entries = new Map<string, Entry>();
  for (const { spooled, outcome, bytes } of await folder.recover()) {
    const known = { spooled, bytes: bytes + smallFiles, publishAt: 0 };
    entries.set(spooled.job.id, outcome ? { ...known, outcome } : known);
  }
  return createSpool(folder, entries, options);
}

function createSpool(folder: SpoolFolder, entries: Map<string, Entry>, options: SpoolOptions): Spool {
  const { config, queue, logger } = options;
  const agenda = createAgenda(entries.values(), config.retention);
  let bytes = [...entries.values()].reduce((sum, entry) => sum + entry.bytes, 0);
  let tending: Promise<void> | undefined;
  let closed = false;

  const grow = (entry: Entry, by: number) => {
    entry.bytes += by;
    bytes += by;
  };
  const matching = (id: string, token: string) => {
    const entry = entries.get(id);
    return entry?.spooled.token === token ? entry : undefined;
  };
  const publish = async (entry: Entry, again: Pick<Job, 'again'> = {}) => {
    const { job, token } = entry.spooled;
    entry.publishAt = Date.now() + options.republishAfter * 1000;
    await queue.publish({ ...job, ...options.addresses(job.id, token), ...again });
  };
  const forget = async (entry: Entry) => {
    entries.delete(entry.spooled.job.id);
    agenda.remove(entry);
    grow(entry, -entry.bytes);
    await folder.remove(entry.spooled.job.id);
  };
  const write = async (entry: Entry, outcome: StoredOutcome, image?: Uint8Array) => {
    const before = entry.bytes;
    // Before it is written: results that come together must not take the same room.
    grow(entry, smallFiles + (image?.length ?? 0) - before);
    await folder.end(entry.spooled.job.id, outcome, image).catch((error: unknown) => {
      grow(entry, before - entry.bytes);
      throw error;
    });
    entry.outcome = outcome;
    agenda.put(entry);
  };
  const end = (entry: Entry, outcome: StoredOutcome, image?: Uint8Array) => {
    entry.ending ??= write(entry, outcome, image).finally(() => {
      entry.ending = undefined;
    });
    return entry.ending;
  };

  const storable = (entry: Entry, outcome: Outcome) => {
    const { stored, image } = split(outcome);
    const more = smallFiles + (image?.length ?? 0) - entry.bytes;
    // One that needs no more room than its body is kept also where the bound was lowered since.
    if (more <= 0 || bytes + more <= config.bytes) return { stored, image };
    logger.warn({ job: entry.spooled.job.id }, 'the spool has no room for the result of a job');
    return { stored: withoutRoom(stored.endedAt) };
  };

  const publishAgain = async (entry: Entry) => {
    options.onRetry();
    try {
      await publish(entry, { again: true });
    } catch (error) {
      if (!(error instanceof JobSetAside)) throw error;
      // Whoever set it aside could not say so here, or was gone by then.
      const detail = 'workers died over this image';
      await end(entry, { kind: 'refused', code: 'crashed', detail, endedAt: Date.now() });
    }
  };
  const tendOne = async (entry: Entry, now: number) => {
    // It may have ended while others were looked after.
    if (entry.outcome) return;
    if (now > entry.spooled.job.deadlineAt) await end(entry, { kind: 'expired', endedAt: now });
    else await publishAgain(entry);
  };
  const each = async (left: Entry[], work: (entry: Entry) => Promise<void>) => {
    const next = async () => {
      for (let entry = left.pop(); entry && !closed; entry = left.pop()) await work(entry);
    };
    await Promise.all(Array.from({ length: atOnce }, next));
  };
  const tendAll = async () => {
    const now = Date.now();
    await each(agenda.over(now), (entry) =>
      forget(entry).catch((error: unknown) => {
        logger.warn({ err: error, job: entry.spooled.job.id }, 'files of a job that is over are left');
      }),
    );
    await each(agenda.due(now), (entry) =>
      tendOne(entry, now).catch((error: unknown) => {
        entry.publishAt = Date.now() + 1000 + 4000 * Math.random();
        logger.warn({ err: error, job: entry.spooled.job.id }, 'a spooled job is not published yet');
      }),
    );
  };

  return {
    async accept(job, body, idempotency) {
      const size = smallFiles + body.length;
      if (bytes + size > config.bytes) throw spoolFull(options.retryAfter);
      const token = randomBytes(16).toString('base64url');
      const spooled = { job, token, ...(idempotency ? { idempotency } : {}) };
      const entry: Entry = { spooled, bytes: 0, publishAt: Number.POSITIVE_INFINITY };
      grow(entry, size);
      await folder.accept(spooled, body).catch((error: unknown) => {
        grow(entry, -entry.bytes);
        logger.error({ err: error }, 'the spool cannot be written');
        throw spoolFull(options.retryAfter);
      });
      entries.set(job.id, entry);
      agenda.put(entry);
      try {
        await publish(entry);
      } catch (error) {
        if (error instanceof QueueFull) {
          await forget(entry);
          throw error;
        }
        // The queue is away and the job is safe here: it is published when the queue is back.
        entry.publishAt = Date.now() + 1000;
        logger.warn({ err: error, job: job.id }, 'accepted while the queue is away');
      }
    },
    find: (id) => entries.get(id),
    entries: () => entries.values(),
    body: async (id, token) => {
      const entry = matching(id, token);
      return entry && !entry.outcome ? folder.body(id) : undefined;
    },
    result: (id) => folder.result(id),
    served(id, token) {
      const { spooled, outcome } = matching(id, token) ?? {};
      if (!spooled || outcome?.kind !== 'done') return undefined;
      const { endedAt: finishedAt, bytes: bytesOut, pixelsIn, cpuMicroseconds } = outcome;
      return { finishedAt, bytesIn: spooled.job.bodyBytes, bytesOut, pixelsIn, cpuMicroseconds };
    },
    async settle(id, token, outcome) {
      const entry = matching(id, token);
      if (!entry) return 'gone';
      if (!entry.outcome && Date.now() <= entry.spooled.job.deadlineAt) {
        const { stored, image } = storable(entry, outcome);
        await end(entry, stored, image);
      }
      return entry.outcome?.kind === outcome.kind ? 'taken' : 'gone';
    },
    tend: () => {
      tending ??= tendAll().finally(() => {
        tending = undefined;
      });
      return tending;
    },
    async close() {
      closed = true;
      await tending;
    },
  };
}

function split(outcome: Outcome): { stored: StoredOutcome; image?: Uint8Array } {
  const endedAt = Date.now();
  if (outcome.kind === 'refused') return { stored: { ...outcome, endedAt } };
  const { image, ...rest } = outcome;
  return { stored: { ...rest, bytes: image.length, endedAt }, image };
}

function withoutRoom(endedAt: number): StoredOutcome {
  const detail = 'there was no room for the result; send the image again later';
  return { kind: 'refused', code: 'spool-full', detail, endedAt };
}

function spoolFull(retryAfter: number): Refusal {
  return new Refusal(503, 'spool-full', 'no room for asynchronous jobs at the moment', {
    'retry-after': Math.ceil(retryAfter),
  });
}
