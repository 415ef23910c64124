/** Relative distance to a whole number that counts as float noise. */
const noise = 1e-9;

/**
 * Smallest whole number of units that is enough: ⌈x⌉, where an x within 1e-9 (relative) of a whole number is that number.
 *
 * 21/(1 - 0.3) is 30.000000000000004 in doubles and 30 here. Throws a RangeError for an x that is not finite.
 */
export function ceilSnapped(x: number): number {
  if (!Number.isFinite(x)) throw new RangeError(`number of units must be finite, not ${x}`);
  const nearest = Math.round(x);
  const whole = Math.abs(x - nearest) <= noise * Math.abs(nearest) ? nearest : Math.ceil(x);
  // Math.ceil(-0.5) is -0, which prints as "-0".
  return whole + 0;
}

/** Largest whole number not above x, snapped as ceilSnapped does. Throws a RangeError for an x that is not finite. */
export function floorSnapped(x: number): number {
  return 0 - ceilSnapped(-x);
}
