import type { Chain } from './markov.ts';
import { transposed } from './markov.ts';

/** Marks the states that can be reached from `start`, itself included. */
export function reachableFrom(chain: Chain, start: number): Uint8Array {
  const seen = new Uint8Array(chain.size);
  const stack = [start];
  seen[start] = 1;
  for (let state = stack.pop(); state !== undefined; state = stack.pop()) {
    for (let e = chain.rowStart[state] as number; e < (chain.rowStart[state + 1] as number); e++) {
      const to = chain.column[e] as number;
      if (seen[to]) continue;
      seen[to] = 1;
      stack.push(to);
    }
  }
  return seen;
}

/**
 * Marks the one closed class of a chain: the states that it visits again and again.
 * @throws RangeError when there are several, because then the long run depends on the start.
 */
export function closedClassOf(chain: Chain): Uint8Array {
  const backward = transposed(chain);
  let state = 0;
  for (;;) {
    const forth = reachableFrom(chain, state);
    const back = reachableFrom(backward, state);
    const lost = forth.findIndex((reached, i) => reached === 1 && back[i] === 0);
    if (lost < 0) {
      if (back.includes(0)) throw new RangeError('chain has more than one closed class of states');
      return forth;
    }
    state = lost;
  }
}

/**
 * Order of the states that keeps moves near the diagonal (Cuthill and McKee, ACM 1969): breadth first over the
 * moves in both directions, from a state at the rim.
 *
 * `among` limits the states; the first state of the order is taken from `firstAmong`.
 */
export function narrowOrder(chain: Chain, among: Uint8Array, firstAmong: Uint8Array = among): Int32Array {
  const backward = transposed(chain);
  const order = new Int32Array(among.reduce((total, mark) => total + mark, 0));
  const seen = new Uint8Array(chain.size);
  let length = 0;
  const visit = (start: number): void => {
    let head = length;
    order[length++] = start;
    seen[start] = 1;
    while (head < length) {
      const state = order[head++] as number;
      for (const side of [chain, backward]) {
        for (let e = side.rowStart[state] as number; e < (side.rowStart[state + 1] as number); e++) {
          const next = side.column[e] as number;
          if (seen[next] || !among[next]) continue;
          seen[next] = 1;
          order[length++] = next;
        }
      }
    }
  };
  visit(firstAmong.indexOf(1));
  let rim = length - 1;
  while (!firstAmong[order[rim] as number]) rim--;
  const start = order[rim] as number;
  length = 0;
  seen.fill(0);
  visit(start);
  for (let i = 0; i < chain.size; i++) if (among[i] && !seen[i]) visit(i);
  return order;
}
