/** The distribution of a compound Poisson sum on the cells 0 … n, and the chance that it lies beyond. */
export interface CompoundDistribution {
  readonly mass: Float64Array;
  /** P(sum > n). */
  readonly exceeds: number;
}

/** Largest rate whose chance of no event is well inside the range of floats. */
const largestRate = 500;

/**
 * Distribution of S = Σ j N_j, N_j independent Poisson counts of rate `rates[j]`: p_0 = e^{−Λ},
 * p_s = (1 / s) Σ_j j rates[j] p_{s−j}. All terms are positive.
 *
 * Rates whose sum would underflow e^{−Λ} are halved until they do not, and the result is convolved with itself.
 * What lies beyond is summed from its own terms, so that a chance of 1e-12 keeps its digits.
 * Panjer, ASTIN Bulletin 12 (1981).
 */
export function compoundPoisson(rates: Float64Array): CompoundDistribution {
  const size = rates.length;
  let total = 0;
  for (let j = 1; j < size; j += 1) total += rates[j] as number;
  let halvings = 0;
  while (total / 2 ** halvings > largestRate) halvings += 1;
  const used = sparse(rates, 2 ** -halvings);
  let mass = recursion(used, size, total / 2 ** halvings);
  let exceeds = beyond(mass, used);
  for (let i = 0; i < halvings; i += 1) {
    const doubled = selfConvolved(mass, exceeds);
    mass = doubled.mass;
    exceeds = doubled.exceeds;
  }
  return { mass, exceeds: Math.min(1, exceeds) };
}

interface Jump {
  readonly cells: number;
  readonly rate: number;
}

function sparse(rates: Float64Array, scale: number): Jump[] {
  const jumps: Jump[] = [];
  rates.forEach((rate, cells) => {
    if (cells > 0 && rate > 0) jumps.push({ cells, rate: rate * scale });
  });
  return jumps;
}

function recursion(jumps: readonly Jump[], size: number, total: number): Float64Array {
  const mass = new Float64Array(size);
  mass[0] = Math.exp(-total);
  for (let s = 1; s < size; s += 1) mass[s] = termAt(mass, jumps, s);
  return mass;
}

function termAt(mass: ArrayLike<number>, jumps: readonly Jump[], s: number): number {
  let sum = 0;
  for (const { cells, rate } of jumps) {
    if (cells > s) break;
    sum += cells * rate * (mass[s - cells] as number);
  }
  return sum / s;
}

/**
 * P(S > n). Where it is large, 1 minus the mass has all its digits; else the terms beyond n are summed until a whole
 * span of the largest jump, from which all later terms follow, no longer counts.
 */
function beyond(mass: Float64Array, jumps: readonly Jump[]): number {
  let inside = 0;
  for (const each of mass) inside += each;
  if (1 - inside > 1e-3) return 1 - inside;
  const largest = jumps.at(-1)?.cells ?? 0;
  const terms = Array.from(mass);
  let sum = 0;
  let quiet = 0;
  for (let s = mass.length; quiet < largest; s += 1) {
    const term = termAt(terms, jumps, s);
    terms.push(term);
    sum += term;
    quiet = term <= sum * 1e-16 ? quiet + 1 : 0;
  }
  return sum;
}

function selfConvolved(mass: Float64Array, exceeds: number): CompoundDistribution {
  const size = mass.length;
  const doubled = new Float64Array(size);
  let over = 2 * exceeds - exceeds * exceeds;
  for (let a = 0; a < size; a += 1) {
    const first = mass[a] as number;
    if (first === 0) continue;
    for (let b = 0; b < size; b += 1) {
      const product = first * (mass[b] as number);
      if (a + b < size) doubled[a + b] = (doubled[a + b] as number) + product;
      else over += product;
    }
  }
  return { mass: doubled, exceeds: over };
}
