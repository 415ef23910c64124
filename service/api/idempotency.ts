import { createHash } from 'node:crypto';
import { Refusal } from '../shared/problem.ts';
import type { Answer, AnswerMemory } from './answer-memory.ts';

export interface IdempotentAnswers {
  /**
   * The answer of the first request with this key, also while it is being worked out. What `work` resolves with is
   * remembered; where it throws, as for want of room, the next request tries again. Throws a Refusal where the key was
   * used for another request.
   */
  once(customer: string, key: string, fingerprint: string, work: () => Promise<Answer>): Promise<Answer>;
  /** Remembers an answer from before a restart. */
  restore(customer: string, key: string, fingerprint: string, answer: Answer): void;
}

export function createIdempotentAnswers(memory: AnswerMemory): IdempotentAnswers {
  const running = new Map<string, { readonly fingerprint: string; readonly answer: Promise<Answer> }>();
  return {
    async once(customer, key, fingerprint, work) {
      const name = `${customer}\n${key}`;
      const before = running.get(name) ?? memory.find(customer, key);
      if (before && before.fingerprint !== fingerprint) {
        throw new Refusal(422, 'idempotency-key-reused', 'the idempotency key was used for another request');
      }
      if (before) return before.answer;
      const answer = work();
      running.set(name, { fingerprint, answer });
      try {
        const final = await answer;
        memory.keep(customer, key, { fingerprint, answer: final });
        return final;
      } finally {
        running.delete(name);
      }
    },
    restore: (customer, key, fingerprint, answer) => {
      memory.keep(customer, key, { fingerprint, answer });
    },
  };
}

/** Throws a Refusal where the header is no key: 1 to 255 visible ASCII characters. */
export function idempotencyKeyOf(header: string | readonly string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (typeof header === 'string' && /^[\x21-\x7e]{1,255}$/.test(header)) return header;
  throw new Refusal(422, 'invalid-idempotency-key', 'Idempotency-Key must have 1 to 255 visible characters');
}

/** What was asked: the parameters, with an address where there is one, and the bytes that came with them. */
export function fingerprintOf(parameters: object, body: Uint8Array): string {
  return createHash('sha256').update(JSON.stringify(parameters)).update('\n').update(body).digest('hex');
}
