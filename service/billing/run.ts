import { join } from 'node:path';
import type { ColdStore } from '../contracts/cold-store.ts';
import type { BillingConfig } from '../shared/config-types.ts';
import { groupBy } from '../shared/group.ts';
import type { Logger } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import { beginBill, listBills, writeBill } from './bill.ts';
import { type Calendar, createCalendar, type Span } from './calendar.ts';
import { type ChapterFiles, type Landed, listChapters, listLanded, windowState } from './chapters.ts';
import { checkWindows } from './check-windows.ts';
import type { Bill, ChapterManifest } from './documents.ts';
import type { BatchEngine } from './engine.ts';
import { type ChapterId, chapterKey } from './keys.ts';
import { openEngine } from './open-engine.ts';
import { makeScratch } from './scratch.ts';
import { beginChapter, settleChapter } from './settle.ts';

export interface BillingDependencies {
  readonly cold: ColdStore;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Stops between two steps; the next run goes on from there. */
  readonly signal?: AbortSignal;
  /** Unix milliseconds; the clock where left out. */
  readonly now?: number;
}

/** What a run did. */
export interface BillingRun {
  readonly chapters: readonly ChapterManifest[];
  readonly bills: readonly Bill[];
  /** Landing objects that stay, since a window that they belong to is not over. */
  readonly waiting: number;
}

/** The run did not end within its deadline; what it did is kept, and the next run goes on. */
export class BillingTooSlow extends Error {
  override readonly name = 'BillingTooSlow';
}

/**
 * One run of the batch job: settles every window whose records have had their time to arrive, seals them, gives the
 * landing area back, and writes the bills of periods that are over. A run after a run, or after half of one, changes
 * nothing that is there. Two runs at once do no harm: each key of cold storage is written once, so a run that would
 * write it otherwise fails (ObjectLocked), as does one from which the other took a landing object (ObjectMissing).
 * Throws CalendarChanged, before it settles or bills anything, where `period` no longer makes the windows that are there.
 */
export async function runBilling(
  config: BillingConfig,
  dependencies: BillingDependencies,
): Promise<BillingRun> {
  const { cold, logger, metrics, signal, now = Date.now() } = dependencies;
  const began = performance.now();
  const scratch = await makeScratch(config.folder, logger);
  const calendar = createCalendar(config.period);
  const isOver = ({ end }: Span) => end + config.settleTime * 1000 <= now;
  const retention = config.coldStore.retention;
  const checkTime = () => {
    signal?.throwIfAborted();
    if (performance.now() - began <= config.deadline * 1000) return;
    throw new BillingTooSlow(`the run did not end within ${config.deadline} s`);
  };
  let engine: BatchEngine | undefined;
  try {
    engine = await openEngine(config, scratch.folder);
    const common = { ...config, cold, engine, folder: join(scratch.folder, 'step'), retention };
    const { landed, unknown } = await listLanded(cold, calendar);
    if (unknown.length > 0) logger.warn({ keys: unknown }, 'no batches of records; left in the landing area');
    const chapters: ChapterManifest[] = [];
    for (const id of await chaptersToSettle(cold, calendar, landed, isOver, retention)) {
      checkTime();
      const manifest = await settleChapter(id, common);
      for (const [outcome, count] of Object.entries(manifest.records)) {
        metrics.add('headroom_billing_records_total', { outcome }, count);
      }
      logger.info(
        { window: manifest.window, number: manifest.number, ...manifest.records },
        'settled a window',
      );
      chapters.push(manifest);
    }
    const waiting = await clearLanding(cold, landed);
    const bills: Bill[] = [];
    for (const { period, number } of await billsToWrite(cold, calendar, isOver, config)) {
      checkTime();
      bills.push(await writeBill(period, number, common));
      logger.info({ from: new Date(period.start).toISOString(), number }, 'wrote the bill of a period');
    }
    metrics.set('headroom_billing_last_success_timestamp_seconds', {}, Date.now() / 1000);
    return { chapters, bills, waiting };
  } finally {
    metrics.set('headroom_billing_run_duration_seconds', {}, (performance.now() - began) / 1000);
    engine?.close();
    await scratch.remove();
  }
}

/** Chapters that a crash left unfinished, then new ones for landing objects that no chapter of their window has. */
async function chaptersToSettle(
  cold: ColdStore,
  calendar: Calendar,
  landed: readonly Landed[],
  isOver: (window: Span) => boolean,
  retention: number,
): Promise<readonly { readonly window: Span; readonly number: number }[]> {
  const known = await listChapters(cold);
  await checkWindows(cold, calendar, known);
  const touched = landed.flatMap(({ windows }) => windows.map(({ start }) => start));
  const begun = [...known].filter(([, chapters]) => chapters.some(({ isSettled }) => !isSettled));
  const starts = [...new Set([...touched, ...begun.map(([start]) => start)])].sort((a, b) => a - b);
  const ids: { window: Span; number: number }[] = [];
  for (const window of starts.map((start) => calendar.windowAt(start)).filter(isOver)) {
    const { sources, unfinished } = await windowState(cold, window, known.get(window.start) ?? []);
    // A chapter leaves out what those before it billed, so it can only be settled after them.
    ids.push(...unfinished.map((number) => ({ window, number })));
    const open = landed.filter((each) => !sources.has(each.key) && touches(each, window));
    if (open.length === 0) continue;
    const number = (known.get(window.start) ?? []).length;
    const landing = open.map(({ key, bytes }) => ({ key, bytes })).sort((a, b) => (a.key < b.key ? -1 : 1));
    await beginChapter({ window, number }, landing, { cold, retention });
    ids.push({ window, number });
  }
  return ids;
}

/** Removes landing objects that are sealed in each of their windows; returns how many are not. */
async function clearLanding(cold: ColdStore, landed: readonly Landed[]): Promise<number> {
  const known = await listChapters(cold);
  const states = new Map<number, ReadonlySet<string>>();
  for (const window of landed.flatMap(({ windows }) => windows)) {
    if (states.has(window.start)) continue;
    const settled = (known.get(window.start) ?? []).filter(({ isSettled }) => isSettled);
    states.set(window.start, (await windowState(cold, window, settled)).sources);
  }
  const isSealed = ({ key, windows }: Landed) => windows.every(({ start }) => states.get(start)?.has(key));
  const sealed = landed.filter(isSealed);
  for (const { key } of sealed) await cold.remove(key);
  return landed.length - sealed.length;
}

/** Bills that a crash left unfinished, then new ones for what is settled of periods that are over and on no bill. */
async function billsToWrite(
  cold: ColdStore,
  calendar: Calendar,
  isOver: (period: Span) => boolean,
  config: BillingConfig,
): Promise<readonly { readonly period: Span; readonly number: number }[]> {
  const bills = await listBills(cold);
  const toWrite: { period: Span; number: number }[] = bills.filter(({ isComplete }) => !isComplete);
  // Of all bills: those of another length of period have the same chapters.
  const billed = new Set(bills.flatMap(({ totals }) => totals));
  const settled = settledChapters(await listChapters(cold), calendar);
  const open = settled.filter((id) => !billed.has(chapterKey(id, 'totals')));
  const options = { cold, prices: config.prices, retention: config.coldStore.retention };
  for (const [start, chapters] of groupBy(open, ({ window }) => calendar.periodAt(window.start).start)) {
    const period = calendar.periodAt(start);
    if (isOver(period)) toWrite.push({ period, number: await beginBill(period, chapters, bills, options) });
  }
  return toWrite;
}

/** In order of their windows and numbers. */
function settledChapters(
  known: ReadonlyMap<number, readonly ChapterFiles[]>,
  calendar: Calendar,
): readonly ChapterId[] {
  return [...known]
    .sort(([a], [b]) => a - b)
    .flatMap(([start, chapters]) =>
      chapters
        .filter(({ isSettled }) => isSettled)
        .map(({ number }) => ({ window: calendar.windowAt(start), number })),
    );
}

function touches({ earliestDeadline, latestDeadline }: Landed, { start, end }: Span): boolean {
  return earliestDeadline < end && latestDeadline >= start;
}
