import { distance } from 'fastest-levenshtein';

/** The known word nearest to a mistyped one, or undefined where nothing is near enough to be meant. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const reach = Math.max(2, Math.floor(word.length * 0.4));
  let best: string | undefined;
  let least = reach + 1;
  for (const candidate of known) {
    const apart = distance(word.toLowerCase(), candidate.toLowerCase());
    if (apart < least) [best, least] = [candidate, apart];
  }
  return best;
}
