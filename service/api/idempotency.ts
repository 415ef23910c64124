import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { Refusal } from '../shared/problem.ts';

/** An answer as it can be given again. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Buffer;
}

export interface IdempotencyOptions {
  readonly ttl: number;
  readonly bytes: number;
}

export interface IdempotentAnswers {
  /**
   * The answer of the first request with this key, also while it is being worked out; only what is final is
   * remembered, so a refusal for want of room may be tried again. Throws a Refusal where the key was used for
   * another request.
   */
  once(customer: string, key: string, fingerprint: string, work: () => Promise<Answer>): Promise<Answer>;
  /** Remembers an answer from before a restart. */
  restore(customer: string, key: string, fingerprint: string, answer: Answer): void;
}

interface Remembered {
  readonly fingerprint: string;
  readonly answer: Promise<Answer>;
}

export function createIdempotentAnswers(options: IdempotencyOptions): IdempotentAnswers {
  const running = new Map<string, Remembered>();
  const done = new LRUCache<string, { readonly fingerprint: string; readonly answer: Answer }>({
    maxSize: options.bytes,
    sizeCalculation: ({ answer }) => answer.body.length + 1000,
    ttl: options.ttl * 1000,
  });
  return {
    async once(customer, key, fingerprint, work) {
      const name = `${customer}\n${key}`;
      const before = running.get(name) ?? done.get(name);
      if (before && before.fingerprint !== fingerprint) {
        throw new Refusal(422, 'idempotency-key-reused', 'the idempotency key was used for another request');
      }
      if (before) return before.answer;
      const answer = work();
      running.set(name, { fingerprint, answer });
      try {
        const final = await answer;
        done.set(name, { fingerprint, answer: final });
        return final;
      } finally {
        running.delete(name);
      }
    },
    restore: (customer, key, fingerprint, answer) => {
      done.set(`${customer}\n${key}`, { fingerprint, answer });
    },
  };
}

/** Throws a Refusal where the header is no key: 1 to 255 visible ASCII characters. */
export function idempotencyKeyOf(header: string | readonly string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (typeof header === 'string' && /^[\x21-\x7e]{1,255}$/.test(header)) return header;
  throw new Refusal(422, 'invalid-idempotency-key', 'Idempotency-Key must have 1 to 255 visible characters');
}

export function fingerprintOf(parameters: object, body: Uint8Array): string {
  return createHash('sha256').update(JSON.stringify(parameters)).update('\n').update(body).digest('hex');
}
