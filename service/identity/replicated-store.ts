import { type IdentityStore, IdentityUnavailable } from '../contracts/identity.ts';

/**
 * Several replicas as one store. A read asks one replica, in turn; when that one fails, or has not answered after a
 * third of the timeout, the next is asked as well, and the first answer counts. A write must reach all.
 *
 * `timeout` in seconds bounds a read over all replicas.
 */
export function replicated(replicas: readonly IdentityStore[], timeout: number): IdentityStore {
  let turn = 0;
  const hedgeAfter = (timeout * 1000) / 3;
  return {
    find(keyId) {
      turn = (turn + 1) % replicas.length;
      const order = [...replicas.slice(turn), ...replicas.slice(0, turn)];
      return firstAnswer(
        order.map((replica) => () => replica.find(keyId)),
        { hedgeAfter, within: timeout * 1000 },
      );
    },
    async put(identities) {
      await Promise.all(replicas.map((replica) => replica.put(identities)));
    },
    async position() {
      const positions = await Promise.all(replicas.map((replica) => replica.position()));
      return positions.reduce((oldest, each) =>
        !oldest || !each ? undefined : each.version < oldest.version ? each : oldest,
      );
    },
    async setPosition(version, at) {
      await Promise.all(replicas.map((replica) => replica.setPosition(version, at)));
    },
    async close() {
      await Promise.all(replicas.map((replica) => replica.close()));
    },
  };
}

/** The first that succeeds; the next one starts when the last failed or `hedgeAfter` milliseconds have passed. */
function firstAnswer<T>(
  asks: readonly (() => Promise<T>)[],
  { hedgeAfter, within }: { readonly hedgeAfter: number; readonly within: number },
): Promise<T> {
  return new Promise((resolve, reject) => {
    let asked = 0;
    let failed = 0;
    let ended = false;
    let hedge: NodeJS.Timeout | undefined;
    const end = () => {
      ended = true;
      clearTimeout(limit);
      clearTimeout(hedge);
    };
    const refuse = (reason: string) => {
      end();
      reject(new IdentityUnavailable(reason));
    };
    const limit = setTimeout(() => refuse(`no replica answered within ${within} ms`), within);
    const askNext = () => {
      clearTimeout(hedge);
      const ask = asks[asked];
      if (!ask || ended) return;
      asked += 1;
      hedge = setTimeout(askNext, hedgeAfter);
      ask().then(
        (answer) => {
          end();
          resolve(answer);
        },
        (error: Error) => {
          failed += 1;
          if (failed === asks.length) refuse(error.message);
          else if (failed === asked) askNext();
        },
      );
    };
    askNext();
  });
}
