/** An answer as it can be given again. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Buffer;
}

export interface Remembered {
  readonly fingerprint: string;
  readonly answer: Answer;
}

export interface AnswerMemoryOptions {
  /** Seconds for which an answer is kept. */
  readonly ttl: number;
  /** Most bytes of all answers together. */
  readonly bytes: number;
  /** Milliseconds of a clock that never goes back; `performance.now` unless told. */
  readonly clock?: () => number;
}

/** Final answers by customer and key, bounded in time and memory. */
export interface AnswerMemory {
  find(customer: string, key: string): Remembered | undefined;
  keep(customer: string, key: string, remembered: Remembered): void;
}

interface Entry {
  readonly remembered: Remembered;
  readonly bytes: number;
  readonly endsAt: number;
}

/** One customer's, oldest first. */
interface Share {
  readonly entries: Map<string, Entry>;
  bytes: number;
}

/** Bytes of an answer beside its body: key, fingerprint, headers. They bound the number of small ones. */
const overhead = 1000;

/**
 * When memory is full, whoever holds most of it loses the oldest answer: a customer that holds no more than an equal
 * share loses none to the others, and one that is alone may use all of it.
 */
export function createAnswerMemory(options: AnswerMemoryOptions): AnswerMemory {
  const { clock = () => performance.now() } = options;
  const shares = new Map<string, Share>();
  let bytes = 0;

  const drop = (customer: string, share: Share, key: string) => {
    const entry = share.entries.get(key);
    if (!entry) return;
    share.entries.delete(key);
    share.bytes -= entry.bytes;
    bytes -= entry.bytes;
    if (share.entries.size === 0) shares.delete(customer);
  };
  const dropOldest = (customer: string, share: Share) => {
    for (const key of share.entries.keys()) return drop(customer, share, key);
  };
  const dropEnded = (now: number) => {
    for (const [customer, share] of shares) {
      for (const [key, { endsAt }] of share.entries) {
        if (endsAt > now) break;
        drop(customer, share, key);
      }
    }
  };
  const largest = (): readonly [string, Share] | undefined => {
    let most: readonly [string, Share] | undefined;
    for (const each of shares) if (!most || each[1].bytes > most[1].bytes) most = each;
    return most;
  };

  return {
    find(customer, key) {
      const entry = shares.get(customer)?.entries.get(key);
      return entry && entry.endsAt > clock() ? entry.remembered : undefined;
    },
    keep(customer, key, remembered) {
      const entry = {
        remembered,
        bytes: remembered.answer.body.length + overhead,
        endsAt: clock() + options.ttl * 1000,
      };
      const before = shares.get(customer);
      if (before) drop(customer, before, key);
      if (bytes + entry.bytes > options.bytes) dropEnded(clock());
      const share = shares.get(customer) ?? { entries: new Map<string, Entry>(), bytes: 0 };
      shares.set(customer, share);
      share.entries.set(key, entry);
      share.bytes += entry.bytes;
      bytes += entry.bytes;
      for (let most = largest(); most && bytes > options.bytes; most = largest()) dropOldest(...most);
    },
  };
}
