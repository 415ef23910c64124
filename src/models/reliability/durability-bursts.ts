import { requireCount } from './ranges.ts';

/**
 * Chance of 0, 1, … pieces of a stripe on the machines that a burst takes, pieces placed at random on different
 * machines: hypergeometric, C(n, k) C(N − n, b − k) / C(N, b).
 *
 * N machines, b of them hit, n pieces (Ford et al., Availability in Globally Distributed Storage Systems, OSDI 2010,
 * §5.2). Built from the mode by ratios of neighbours: positive terms, no factorials.
 * @throws RangeError for counts that are impossible.
 */
export function burstHits(machines: number, burst: number, pieces: number): number[] {
  requireCount('number of machines', machines, 1);
  requireCount('number of machines hit', burst);
  requireCount('number of pieces', pieces);
  requireAtMost('number of machines hit', burst, machines);
  requireAtMost('number of pieces', pieces, machines);
  const low = Math.max(0, burst + pieces - machines);
  const high = Math.min(pieces, burst);
  const ratio = (k: number): number =>
    ((pieces - k) * (burst - k)) / ((k + 1) * (machines - pieces - burst + k + 1));
  let mode = low;
  while (mode < high && ratio(mode) >= 1) mode++;
  const chance = new Array<number>(pieces + 1).fill(0);
  chance[mode] = 1;
  for (let k = mode; k < high; k++) chance[k + 1] = (chance[k] as number) * ratio(k);
  for (let k = mode; k > low; k--) chance[k - 1] = (chance[k] as number) / ratio(k - 1);
  const total = [...chance].sort((a, b) => a - b).reduce((sum, p) => sum + p, 0);
  return chance.map((p) => p / total);
}

/**
 * The same with at most one piece in each rack: n racks are drawn at random, and a machine in each.
 *
 * `hit[r]` of `perRack` machines of rack r are hit. Dynamic programme over racks: the elementary symmetric sums of
 * the racks' hit shares h and of 1 − h, in positive terms (Ford et al., OSDI 2010, §5.2).
 * @throws RangeError for fewer racks than pieces, or more machines hit in a rack than it has.
 */
export function burstHitsByRack(hit: readonly number[], perRack: number, pieces: number): number[] {
  requireCount('number of pieces', pieces);
  requireCount('machines in a rack', perRack, 1);
  requireAtMost('number of pieces', pieces, hit.length);
  // chance[n][k]: after some racks, n of them chosen and k of those pieces hit. The choice is drawn rack by rack.
  let chance = table(pieces);
  (chance[0] as number[])[0] = 1;
  hit.forEach((machines, rack) => {
    requireCount('number of machines hit', machines);
    requireAtMost('number of machines hit', machines, perRack);
    chance = afterRack(chance, machines / perRack, hit.length - rack, pieces);
  });
  return chance[pieces] as number[];
}

function table(pieces: number): number[][] {
  return Array.from({ length: pieces + 1 }, () => new Array<number>(pieces + 1).fill(0));
}

function afterRack(
  before: readonly number[][],
  share: number,
  racksLeft: number,
  pieces: number,
): number[][] {
  const after = table(pieces);
  const add = (n: number, k: number, p: number): void => {
    const row = after[n] as number[];
    row[k] = (row[k] as number) + p;
  };
  before.forEach((row, chosen) => {
    row.forEach((p, hits) => {
      if (p === 0) return;
      const taken = (pieces - chosen) / racksLeft;
      if (taken < 1) add(chosen, hits, p * ((racksLeft - pieces + chosen) / racksLeft));
      if (taken === 0) return;
      add(chosen + 1, hits, p * taken * (1 - share));
      if (share > 0) add(chosen + 1, hits + 1, p * taken * share);
    });
  });
  return after;
}

/** Throws a RangeError that names the quantity unless it is at most `most`. */
function requireAtMost(quantity: string, value: number, most: number): void {
  if (value > most) throw new RangeError(`${quantity} must be at most ${most}, not ${value}`);
}
