import { type FileHandle, mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Job, Outcome } from '../contracts/job.ts';
import { syncFolder, writeThrough } from '../shared/durable-file.ts';
import type { EndCode } from './refusals.ts';

/** What the folder keeps of an accepted job; the internal addresses are made anew, since they change with a start. */
export interface SpooledJob {
  readonly job: Omit<Job, 'bodyUrl' | 'resultUrl'>;
  readonly token: string;
  readonly idempotency?: { readonly key: string; readonly fingerprint: string };
}

/** How a job ended, without the image, which has a file of its own. */
export type StoredOutcome = { readonly endedAt: number } & (
  | (Omit<Extract<Outcome, { kind: 'done' }>, 'image'> & { readonly bytes: number })
  | { readonly kind: 'refused'; readonly code: EndCode; readonly detail: string }
  | { readonly kind: 'expired' }
);

export interface SpooledEntry {
  readonly spooled: SpooledJob;
  readonly outcome?: StoredOutcome;
  /** On the disk, body and result together. */
  readonly bytes: number;
}

/** The files of the spool: for each job `ID.body`, `ID.job`, and later `ID.result`, `ID.outcome`. */
export interface SpoolFolder {
  /** Everything accepted before; what is left of unfinished writes is removed, and nothing that is not of the spool. */
  recover(): Promise<readonly SpooledEntry[]>;
  /** Resolves once the job is safe on the disk. */
  accept(spooled: SpooledJob, body: Buffer): Promise<void>;
  /** Resolves once the outcome is safe on the disk; the body is let go. */
  end(id: string, outcome: StoredOutcome, image?: Uint8Array): Promise<void>;
  body(id: string): Promise<Buffer>;
  /** Undefined where there is none (any more); what was begun is read to its end, also if it is removed. */
  result(id: string): Promise<Readable | undefined>;
  remove(id: string): Promise<void>;
}

export async function openSpoolFolder(folder: string): Promise<SpoolFolder> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = (id: string, kind: string) => join(folder, `${id}.${kind}`);
  const drop = (id: string, kinds: readonly string[]) =>
    Promise.all(kinds.map((kind) => rm(path(id, kind), { force: true })));
  return {
    recover: () => recover(folder),
    async accept(spooled, body) {
      const { id } = spooled.job;
      try {
        await writeThrough(path(id, 'body'), body);
        await writeThrough(path(id, 'job'), JSON.stringify(spooled));
        await syncFolder(folder);
      } catch (error) {
        await drop(id, ['job', 'body', 'job.new', 'body.new']).catch(() => undefined);
        throw error;
      }
    },
    async end(id, outcome, image) {
      if (image) await writeThrough(path(id, 'result'), image);
      await writeThrough(path(id, 'outcome'), JSON.stringify(outcome));
      await syncFolder(folder);
      await drop(id, ['body']);
    },
    body: (id) => readFile(path(id, 'body')),
    result: async (id) => (await openOrNothing(path(id, 'result')))?.createReadStream(),
    async remove(id) {
      // The job first: without it the rest is nobody's, and the next start clears it away.
      await drop(id, ['job']);
      await drop(id, ['body', 'result', 'outcome']);
    },
  };
}

async function openOrNothing(path: string): Promise<FileHandle | undefined> {
  return open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

/** All names that are written here: the disk and people may have others in the folder. */
const ownFile = /^(.+)\.(?:body|job|result|outcome)(\.new)?$/;

async function recover(folder: string): Promise<SpooledEntry[]> {
  const names = await readdir(folder);
  const entries = new Map<string, SpooledEntry>();
  for (const name of names.filter((each) => each.endsWith('.job'))) {
    const entry = await readEntry(folder, name.slice(0, -'.job'.length), new Set(names));
    if (entry) entries.set(entry.spooled.job.id, entry);
  }
  const strays = names.filter((name) => {
    const [, id, unfinished] = ownFile.exec(name) ?? [];
    return id !== undefined && (unfinished !== undefined || !entries.has(id));
  });
  await Promise.all(strays.map((name) => rm(join(folder, name), { force: true })));
  return [...entries.values()];
}

/** Undefined where the job was cut off by a crash before it was accepted. */
async function readEntry(folder: string, id: string, names: Set<string>): Promise<SpooledEntry | undefined> {
  const read = (kind: string) => readFile(join(folder, `${id}.${kind}`), 'utf8');
  const size = async (kind: string) =>
    names.has(`${id}.${kind}`) ? (await stat(join(folder, `${id}.${kind}`))).size : 0;
  const spooled = parse<SpooledJob>(await read('job'));
  const outcome = names.has(`${id}.outcome`) ? parse<StoredOutcome>(await read('outcome')) : undefined;
  if (!spooled || spooled.job.id !== id || (!outcome && !names.has(`${id}.body`))) return undefined;
  const bytes = (await size('body')) + (await size('result'));
  return outcome ? { spooled, outcome, bytes } : { spooled, bytes };
}

function parse<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}
