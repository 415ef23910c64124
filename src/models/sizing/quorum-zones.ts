/**
 * Fewest nodes, at least `least`, that keep a majority when the largest of `zones` zones is lost, nodes spread evenly:
 * n − ⌈n / z⌉ ≥ ⌊n / 2⌋ + 1. Undefined with fewer than three zones, where no number does: one zone holds half of them.
 * `least` and `zones` are positive integers, else RangeError.
 */
export function quorumOverZones(least: number, zones: number): number | undefined {
  if (!Number.isInteger(least) || least < 1)
    throw new RangeError(`nodes must be a positive integer, got ${least}`);
  if (!Number.isInteger(zones) || zones < 1)
    throw new RangeError(`zones must be a positive integer, got ${zones}`);
  if (zones < 3) return undefined;
  let nodes = least;
  // With three zones or more, every odd n from 3 on qualifies, so this ends within a few steps.
  while (nodes - Math.ceil(nodes / zones) < Math.floor(nodes / 2) + 1) nodes += 1;
  return nodes;
}
