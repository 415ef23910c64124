import type { ColdStore } from '../contracts/cold-store.ts';
import type { Calendar } from './calendar.ts';
import type { ChapterFiles } from './chapters.ts';
import { type ChapterManifest, readJson } from './documents.ts';
import { chapterKey } from './keys.ts';

/** What is settled was settled in windows that the config does not make. */
export class CalendarChanged extends Error {
  override readonly name = 'CalendarChanged';

  constructor(start: number) {
    super(
      `billing.period does not make the window of ${new Date(start).toISOString()}, which was settled: give it the value ` +
        'that it had then, or one with the same windows (such as another number of whole days for whole days), or begin ' +
        'with another coldStore.bucket',
    );
  }
}

/**
 * Looks whether what was settled and begun has the windows of a calendar: in windows that overlap these, records would be
 * settled twice. All of them must begin with one. The last that was settled must also end with it; since nothing is
 * settled after this fails, that speaks for the others. Throws CalendarChanged.
 */
export async function checkWindows(
  cold: ColdStore,
  calendar: Calendar,
  known: ReadonlyMap<number, readonly ChapterFiles[]>,
): Promise<void> {
  for (const start of known.keys()) {
    if (calendar.windowAt(start).start !== start) throw new CalendarChanged(start);
  }
  const settled = [...known].filter(([, chapters]) => chapters.some(({ isSettled }) => isSettled));
  const [start, chapters] = settled.sort(([a], [b]) => b - a)[0] ?? [];
  const number = chapters?.find(({ isSettled }) => isSettled)?.number;
  if (start === undefined || number === undefined) return;
  const window = calendar.windowAt(start);
  const manifest = await readJson<ChapterManifest>(cold, chapterKey({ window, number }, 'manifest'));
  if (Date.parse(manifest.window.to) !== window.end) throw new CalendarChanged(start);
}
