import type { ColdObject, ColdStore } from '../contracts/cold-store.ts';
import { type LandingObject, landingPrefix, parseLandingKey } from '../usage/landing.ts';
import type { Calendar, Span } from './calendar.ts';
import { readJson, type Sources } from './documents.ts';
import { type ChapterId, chapterKey, chaptersPrefix, parseKey } from './keys.ts';

/** A landing object and the windows that its records may belong to. */
export interface Landed extends LandingObject {
  readonly bytes: number;
  readonly windows: readonly Span[];
}

/** What cold storage holds of a window. */
export interface WindowState {
  readonly window: Span;
  /** Numbers of chapters that were begun and not finished, in order. */
  readonly unfinished: readonly number[];
  /** Landing objects of all its chapters. */
  readonly sources: ReadonlySet<string>;
}

/** Landing objects, and keys there that no aggregator gives. */
export async function listLanded(
  cold: ColdStore,
  calendar: Calendar,
): Promise<{ readonly landed: readonly Landed[]; readonly unknown: readonly string[] }> {
  const landed: Landed[] = [];
  const unknown: string[] = [];
  for (const object of await cold.list(landingPrefix)) {
    const each = landedOf(object, calendar);
    if (each) landed.push(each);
    else unknown.push(object.key);
  }
  return { landed, unknown };
}

function landedOf({ key, bytes }: ColdObject, calendar: Calendar): Landed | undefined {
  const object = parseLandingKey(key);
  if (!object) return undefined;
  const windows = calendar.windowsBetween(object.earliestDeadline, object.latestDeadline);
  return { ...object, bytes, windows };
}

/** All chapters by the start of their window: what is settled, and what was begun. */
export async function listChapters(cold: ColdStore): Promise<ReadonlyMap<number, readonly ChapterFiles[]>> {
  const byWindow = new Map<number, Map<number, ChapterFiles>>();
  for (const { key } of await cold.list(chaptersPrefix)) {
    const parsed = parseKey(key);
    if (!parsed) continue;
    const chapters = byWindow.get(parsed.start) ?? new Map<number, ChapterFiles>();
    const isSettled = parsed.name === 'manifest.json' || (chapters.get(parsed.number)?.isSettled ?? false);
    chapters.set(parsed.number, { number: parsed.number, isSettled });
    byWindow.set(parsed.start, chapters);
  }
  return new Map(
    [...byWindow].map(([start, chapters]) => [
      start,
      [...chapters.values()].sort((a, b) => a.number - b.number),
    ]),
  );
}

export interface ChapterFiles {
  readonly number: number;
  readonly isSettled: boolean;
}

/** Reads the sources of a window's chapters too. */
export async function windowState(
  cold: ColdStore,
  window: Span,
  chapters: readonly ChapterFiles[],
): Promise<WindowState> {
  const ids = chapters.map(({ number }): ChapterId => ({ window, number }));
  const sources = await Promise.all(ids.map((id) => readJson<Sources>(cold, chapterKey(id, 'sources'))));
  return {
    window,
    unfinished: chapters.filter(({ isSettled }) => !isSettled).map(({ number }) => number),
    sources: new Set(sources.flatMap(({ landing }) => landing.map(({ key }) => key))),
  };
}
