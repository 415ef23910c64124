import { type Found, type IdentityStore, IdentityUnavailable } from '../contracts/identity.ts';
import type { Comparison } from './comparison.ts';

export interface ReplicatedOptions {
  /** Seconds; bounds a read over all replicas. */
  readonly timeout: number;
  readonly comparison: Comparison;
}

/**
 * Several replicas as one store. A read asks one replica, in turn; when that one fails, is behind another one, or has not
 * answered after a third of the timeout, the next is asked as well, and the first answer that is not behind counts. Where
 * no other replica answers, one that is behind is better than none. A write must reach all.
 */
export function replicated(
  replicas: readonly IdentityStore[],
  { timeout, comparison }: ReplicatedOptions,
): IdentityStore {
  let turn = 0;
  return {
    find(keyId) {
      turn = (turn + 1) % replicas.length;
      const order = [...replicas.keys()].map((step) => (turn + step) % replicas.length);
      const ask = (replica: number) =>
        replicas[replica]?.find(keyId) ?? Promise.reject(new RangeError(`there is no replica ${replica}`));
      return bestAnswer(order, { ask, comparison, within: timeout * 1000 });
    },
    async put(identities) {
      await Promise.all(replicas.map((replica) => replica.put(identities)));
    },
    async removeBelow(version) {
      await Promise.all(replicas.map((replica) => replica.removeBelow(version)));
    },
    async position() {
      const positions = await Promise.all(replicas.map((replica) => replica.position()));
      return positions.reduce((oldest, each) =>
        !oldest || !each ? undefined : each.version < oldest.version ? each : oldest,
      );
    },
    async generation() {
      return (await Promise.all(replicas.map((replica) => replica.generation()))).join();
    },
    async setPosition(version, at, generation) {
      const each = generation.split(',');
      await Promise.all(
        replicas.map((replica, index) => replica.setPosition(version, at, each[index] ?? '')),
      );
    },
    async close() {
      await Promise.all(replicas.map((replica) => replica.close()));
    },
  };
}

interface Asking {
  readonly ask: (replica: number) => Promise<Found>;
  readonly comparison: Comparison;
  /** Milliseconds for all of them. */
  readonly within: number;
}

/** The first answer that counts, else the newest; `order` numbers the replicas. Rejects where none answers. */
function bestAnswer(order: readonly number[], { ask, comparison, within }: Asking): Promise<Found> {
  return new Promise((resolve, reject) => {
    const left = [...order];
    const pending = new Set<number>();
    const answers = new Map<number, Found>();
    let hedge: NodeJS.Timeout | undefined;
    let ended = false;
    const end = (answer: Found | undefined, reason: string) => {
      ended = true;
      clearTimeout(limit);
      clearTimeout(hedge);
      if (answer) resolve(answer);
      else reject(new IdentityUnavailable(reason));
    };
    const limit = setTimeout(() => {
      for (const replica of pending) comparison.failed(replica);
      end(newest(answers), `no replica answered within ${within} ms`);
    }, within);
    const askNext = () => {
      clearTimeout(hedge);
      const replica = left.shift();
      if (replica === undefined) return;
      hedge = setTimeout(askNext, within / 3);
      pending.add(replica);
      ask(replica).then(
        (answer) => {
          comparison.heard(replica, answer.position);
          answers.set(replica, answer);
          settle(replica, '');
        },
        (error: Error) => {
          comparison.failed(replica);
          settle(replica, error.message);
        },
      );
    };
    const settle = (replica: number, reason: string) => {
      if (ended) return;
      pending.delete(replica);
      const current = [...answers].find(([each]) => comparison.judge(each) === 'current');
      if (current) end(current[1], '');
      else if (left.length > 0) askNext();
      else if (pending.size === 0) end(newest(answers), reason);
    };
    askNext();
  });
}

function newest(answers: ReadonlyMap<number, Found>): Found | undefined {
  const age = ({ position }: Found) => position?.at ?? 0;
  return [...answers.values()].sort((left, right) => age(right) - age(left))[0];
}
