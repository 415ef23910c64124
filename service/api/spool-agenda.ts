/** A job with its times, in Unix milliseconds. */
export interface Timed {
  /** When it is to be published again. */
  readonly publishAt: number;
  readonly spooled: { readonly job: { readonly deadlineAt: number } };
  readonly outcome?: { readonly endedAt: number };
}

/** The jobs of a spool by what is to be done with them: those without an outcome are tended, the others only kept. */
export interface Agenda<T extends Timed> {
  /** Takes a job, or moves it to those that ended. */
  put(entry: T): void;
  remove(entry: T): void;
  /** What is to be published or given up. */
  due(now: number): T[];
  /** What was kept for its time, oldest first; looks at one more and no further. */
  over(now: number): T[];
}

/** An agenda that keeps what ended for `retention` seconds. */
export function createAgenda<T extends Timed>(entries: Iterable<T>, retention: number): Agenda<T> {
  const open = new Set<T>();
  // In the order of their ends, so that the first that stays says the same of all others.
  const ended = new Set<T>();
  const put = (entry: T) => {
    if (!entry.outcome) return void open.add(entry);
    open.delete(entry);
    ended.add(entry);
  };
  const endOf = ({ outcome }: T) => outcome?.endedAt ?? 0;
  for (const entry of [...entries].sort((a, b) => endOf(a) - endOf(b))) put(entry);

  return {
    put,
    remove: (entry) => {
      open.delete(entry);
      ended.delete(entry);
    },
    due: (now) =>
      [...open].filter(({ publishAt, spooled }) => now >= publishAt || now > spooled.job.deadlineAt),
    over: (now) => {
      const over: T[] = [];
      for (const entry of ended) {
        if (now <= endOf(entry) + retention * 1000) break;
        over.push(entry);
      }
      return over;
    },
  };
}
