import { distance } from 'fastest-levenshtein';

/**
 * The candidate that a misspelt word most likely meant, or undefined where none is near: one slip for every three
 * letters, at least one, and only another case for a single letter. Case and punctuation do not count (`load-balancer` is
 * `loadBalancer`), and two letters in the other order are one slip.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = plain(word);
  const reach = wanted.length > 1 ? Math.max(1, Math.floor(wanted.length / 3)) : 0;
  let best: string | undefined;
  let least = reach + 1;
  for (const candidate of candidates) {
    const known = plain(candidate);
    const longer = Math.abs(known.length - wanted.length);
    if (longer > reach) continue;
    // Among equals the one of like length is meant: Gbti is Gbit rather than GB.
    const apart = slips(wanted, known) + longer / 100;
    if (Math.floor(apart) <= reach && apart < least) [best, least] = [candidate, apart];
  }
  return best;
}

/** Advice for a word that is none of the candidates: the nearest one, else all of them. */
export function suggest(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  if (near !== undefined) return `did you mean \`${near}\`?`;
  return `expected one of ${candidates.map((each) => `\`${each}\``).join(', ')}`;
}

/** Edits between two words; letters in another order are one slip, not two edits. */
function slips(a: string, b: string): number {
  const edits = distance(a, b);
  return edits === 2 && [...a].sort().join() === [...b].sort().join() ? 1 : edits;
}

function plain(word: string): string {
  const letters = word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  return letters === '' ? word : letters;
}
