/**
 * Does some work for each of them, in order, at most `most` at a time; returns what came of each. After a failure nobody
 * begins another one; it throws the first failure once all that was begun has ended.
 */
export async function inParallel<T, R>(
  all: readonly T[],
  most: number,
  work: (each: T, at: number) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const failures: unknown[] = [];
  const rest = all.entries();
  const take = async () => {
    for (const [at, each] of rest) {
      try {
        results[at] = await work(each, at);
      } catch (error) {
        failures.push(error);
      }
      if (failures.length > 0) return;
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, all.length) }, take));
  if (failures.length > 0) throw failures[0];
  return results;
}
