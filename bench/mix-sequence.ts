/**
 * An order in which to walk images so that any stretch of it has nearly the mix of the classes: smooth
 * weighted round-robin (as nginx does over upstreams), and within a class one image after the other. Entries
 * are indices into `imagesByClass`' images.
 */
export function mixSequence(
  shares: readonly number[],
  imagesByClass: readonly (readonly number[])[],
  length: number,
): number[] {
  const credit = shares.map(() => 0);
  const next = shares.map(() => 0);
  return Array.from({ length }, () => {
    for (let i = 0; i < shares.length; i++) credit[i] = (credit[i] as number) + (shares[i] as number);
    const chosen = credit.indexOf(Math.max(...credit));
    credit[chosen] = (credit[chosen] as number) - 1;
    const images = imagesByClass[chosen] as readonly number[];
    const at = next[chosen] as number;
    next[chosen] = at + 1;
    return images[at % images.length] as number;
  });
}
