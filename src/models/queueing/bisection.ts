/** More halvings than this do not change a double any more, whatever the bracket. */
const maxHalvings = 1100;

/**
 * Smallest x in (low, high] for which a monotone condition holds, to the last bit of a double.
 *
 * `holds` is false at `low` and true at `high` and changes once between them; neither end is evaluated.
 */
export function firstWhere(holds: (x: number) => boolean, low: number, high: number): number {
  let below = low;
  let above = high;
  for (let i = 0; i < maxHalvings; i += 1) {
    const middle = below + (above - below) / 2;
    if (middle <= below || middle >= above) break;
    if (holds(middle)) above = middle;
    else below = middle;
  }
  return above;
}

/**
 * Smallest whole n >= start for which a monotone condition holds: doubling steps, then halving.
 *
 * `holds` is false up to some n and true from there on. Returns undefined if it does not hold at `limit` either.
 */
export function firstWhole(
  holds: (n: number) => boolean,
  start: number,
  limit: number,
  firstStep = 1,
): number | undefined {
  if (holds(start)) return start;
  let below = start;
  let above = Math.min(limit, start + firstStep);
  for (let step = firstStep; !holds(above); step *= 2) {
    if (above >= limit) return undefined;
    below = above;
    above = Math.min(limit, above + 2 * step);
  }
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2);
    if (holds(middle)) above = middle;
    else below = middle;
  }
  return above;
}
