import type { Said } from './types.ts';

/** Notes what a text says of the plan while it is rendered; the same thing said twice is noted once. */
export interface Recorder {
  note(key: string, said: Said): void;
  /** What another text says that is taken in. */
  take(others: ReadonlyMap<string, Said>): void;
  readonly said: ReadonlyMap<string, Said>;
}

export function createRecorder(): Recorder {
  const said = new Map<string, Said>();
  return {
    said,
    note(key, one) {
      said.set(key, one);
    },
    take(others) {
      for (const [key, one] of others) said.set(key, one);
    },
  };
}

/** Names of the quantities from which something was said, sorted. */
export function namesIn(said: Iterable<Said>): string[] {
  return [...new Set([...said].flatMap(({ names }) => names))].sort();
}
