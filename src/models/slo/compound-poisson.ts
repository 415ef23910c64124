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
    const twice = selfConvolved(mass, exceeds);
    mass = twice.mass;
    exceeds = twice.exceeds;
  }
  return { mass, exceeds: Math.min(1, exceeds) };
}

/** Cells that a jump passes, in order, and cells · rate of each. */
interface Jumps {
  readonly cells: Int32Array;
  readonly weights: Float64Array;
}

function sparse(rates: Float64Array, scale: number): Jumps {
  const cells: number[] = [];
  const weights: number[] = [];
  for (let cell = 1; cell < rates.length; cell += 1) {
    const rate = rates[cell] as number;
    if (rate <= 0) continue;
    cells.push(cell);
    weights.push(cell * rate * scale);
  }
  return { cells: Int32Array.from(cells), weights: Float64Array.from(weights) };
}

function recursion(jumps: Jumps, size: number, total: number): Float64Array {
  const mass = new Float64Array(size);
  mass[0] = Math.exp(-total);
  for (let s = 1; s < size; s += 1) mass[s] = termAt(mass, jumps, s);
  return mass;
}

function termAt(mass: Float64Array, { cells, weights }: Jumps, s: number): number {
  let sum = 0;
  for (let i = 0; i < cells.length; i += 1) {
    const at = s - (cells[i] as number);
    if (at < 0) break;
    sum += (weights[i] as number) * (mass[at] as number);
  }
  return sum / s;
}

/**
 * P(S > n). Where it is large, 1 minus the mass has all its digits; else the terms beyond n are summed until a whole
 * span of the largest jump, from which all later terms follow, no longer counts.
 */
function beyond(mass: Float64Array, jumps: Jumps): number {
  let inside = 0;
  for (const each of mass) inside += each;
  if (1 - inside > 1e-3) return 1 - inside;
  const largest = jumps.cells.at(-1) ?? 0;
  let terms = mass;
  let sum = 0;
  let quiet = 0;
  for (let s = mass.length; quiet < largest; s += 1) {
    if (s >= terms.length) terms = doubled(terms);
    const term = termAt(terms, jumps, s);
    terms[s] = term;
    sum += term;
    quiet = term <= sum * 1e-16 ? quiet + 1 : 0;
  }
  return sum;
}

function doubled(values: Float64Array): Float64Array {
  const larger = new Float64Array(2 * values.length);
  larger.set(values);
  return larger;
}

function selfConvolved(mass: Float64Array, exceeds: number): CompoundDistribution {
  const size = mass.length;
  const twice = new Float64Array(size);
  let over = 2 * exceeds - exceeds * exceeds;
  for (let a = 0; a < size; a += 1) {
    const first = mass[a] as number;
    if (first === 0) continue;
    for (let b = 0; b < size; b += 1) {
      const product = first * (mass[b] as number);
      if (a + b < size) twice[a + b] = (twice[a + b] as number) + product;
      else over += product;
    }
  }
  return { mass: twice, exceeds: over };
}
