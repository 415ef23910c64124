// Open-loop load: requests begin at moments of a Poisson process, whatever became of the ones before, and are timed
// from the moment at which they were meant to begin. A closed loop would wait for a slow server and so forgive it.
import { Pool } from 'undici';

/**
 * Sends `rate` requests a second for `seconds`; `requestOf(index)` gives path, method, headers and body.
 * Resolves with `{ status, milliseconds }` of every request; status 0 for a broken connection.
 */
export async function openLoop(origin, { rate, seconds, requestOf }) {
  const pool = new Pool(origin, { connections: 1024, pipelining: 1, headersTimeout: 120_000 });
  const answers = [];
  const begin = performance.now();
  const end = begin + seconds * 1000;
  let intended = begin;
  for (let index = 0; ; index++) {
    intended += (-Math.log(1 - Math.random()) / rate) * 1000;
    if (intended >= end) break;
    const early = intended - performance.now();
    if (early > 1) await new Promise((resolve) => setTimeout(resolve, early));
    answers.push(ask(pool, requestOf(index), intended));
  }
  const all = await Promise.all(answers);
  await pool.close();
  return all;
}

async function ask(pool, request, intended) {
  try {
    const { statusCode, body } = await pool.request(request);
    await body.dump({ limit: 100e6 });
    return { status: statusCode, milliseconds: performance.now() - intended };
  } catch {
    return { status: 0, milliseconds: performance.now() - intended };
  }
}

/** The value below which a share of the values lies; NaN of none. */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
