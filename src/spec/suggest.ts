import { distance } from 'fastest-levenshtein';

/** The candidate that a misspelt word most likely meant, or undefined where none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const wanted = plain(word);
  let best: { text: string; cost: number } | undefined;
  for (const text of candidates) {
    const cost = slips(wanted, plain(text));
    if (best === undefined || cost < best.cost) best = { text, cost };
  }
  const allowed = Math.max(1, Math.floor(wanted.length / 3));
  return best !== undefined && best.cost <= allowed ? best.text : undefined;
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

/** `load-balancer`, `loadbalancer` and `LoadBalancer` are the same slip of `loadBalancer`. */
function plain(word: string): string {
  return word.toLowerCase().replace(/[^a-z0-9]/g, '');
}
