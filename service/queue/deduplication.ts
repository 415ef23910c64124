/** Ids that were seen lately. */
export interface Deduplication {
  has(id: string): boolean;
  add(id: string): void;
}

/** Remembers ids for a window, in milliseconds; forgets the oldest as it goes, so it stays as small as its traffic. */
export function createDeduplication(window: number): Deduplication {
  const until = new Map<string, number>();
  const forget = (now: number) => {
    for (const [id, end] of until) {
      if (end > now) return;
      until.delete(id);
    }
  };
  return {
    has: (id) => {
      forget(Date.now());
      return until.has(id);
    },
    add: (id) => {
      until.set(id, Date.now() + window);
    },
  };
}
