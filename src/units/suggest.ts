import { distance } from 'fastest-levenshtein';

/**
 * The candidate nearest to a mistyped word by edit distance, or undefined where none is near: one edit for every
 * three letters begun, and only the letter case for a single letter.
 */
export function nearestTo(word: string, candidates: Iterable<string>): string | undefined {
  const reach = word.length > 1 ? Math.ceil(word.length / 3) : 0;
  const lower = word.toLowerCase();
  let nearest: string | undefined;
  let least = reach + 1;
  for (const candidate of candidates) {
    const longer = Math.abs(candidate.length - word.length);
    if (longer > reach) continue;
    const edits = distance(lower, candidate.toLowerCase());
    // Among equals the one of like length is meant: Gbti is Gbit rather than GB.
    const apart = edits + longer / 100;
    if (edits <= reach && apart < least) [nearest, least] = [candidate, apart];
  }
  return nearest;
}
