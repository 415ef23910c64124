/**
 * Milliseconds of the fastest of some runs, the one that others on the machine disturbed least, after one that only
 * warms up.
 */
export function fastest(work: () => unknown, times: number): number {
  work();
  const taken = Array.from({ length: times }, () => {
    const from = process.hrtime.bigint();
    work();
    return Number(process.hrtime.bigint() - from) / 1e6;
  });
  return Math.min(...taken);
}

/** Products and sums of a plain loop: what the same machine does in the same run, to judge the others by. */
export function plainLoop(): number {
  let sum = 0;
  for (let i = 1; i <= 10_000_000; i++) sum += 1 / i;
  return sum;
}
