/**
 * Root of a continuous function between two points where its signs differ.
 *
 * Regula falsi with the Illinois weight, which keeps the bracket (Dowell and Jarratt, BIT 11, 1971), and a bisection
 * whenever the bracket has not halved in three steps. Stops at a bracket of `tolerance` relative to its
 * ends, or at a value within `enough` of 0.
 * Throws a RangeError when the signs do not differ.
 */
export function rootBetween(
  f: (x: number) => number,
  from: number,
  to: number,
  tolerance = 1e-13,
  enough = 0,
): number {
  let a = from;
  let b = to;
  let fa = f(a);
  let fb = f(b);
  if (fa === 0) return a;
  if (fb === 0) return b;
  // Signs, not the product, which may underflow.
  if (!(Math.sign(fa) * Math.sign(fb) < 0))
    throw new RangeError(`no change of sign between ${from} and ${to}`);
  let width = Math.abs(b - a);
  for (let step = 1; step <= 300; step += 1) {
    let x = step % 3 === 0 && Math.abs(b - a) > width / 2 ? (a + b) / 2 : b - (fb * (b - a)) / (fb - fa);
    if (step % 3 === 0) width = Math.abs(b - a);
    if (!(x > Math.min(a, b) && x < Math.max(a, b))) x = (a + b) / 2;
    const fx = f(x);
    if (Math.abs(fx) <= enough) return x;
    if (Math.sign(fx) !== Math.sign(fb)) {
      a = b;
      fa = fb;
    } else {
      fa /= 2;
    }
    b = x;
    fb = fx;
    if (Math.abs(b - a) <= tolerance * Math.max(Math.abs(a), Math.abs(b), 1e-300)) break;
  }
  return b;
}
