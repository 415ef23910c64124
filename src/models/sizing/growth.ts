/**
 * What accumulates when a rate grows by a constant ratio per year: r ∫₀ᵀ (1 + g)ᵗ dt = r T · expm1(x) / x with
 * x = T ln(1 + g), T in years. Rate per second, `growthPerYear` above −1 (0.3 is 30 % a year), `seconds` not negative.
 * Throws RangeError outside these ranges.
 */
export function grownTotal(ratePerSecond: number, growthPerYear: number, seconds: number): number {
  if (!(ratePerSecond >= 0)) throw new RangeError(`rate must not be negative, got ${ratePerSecond}`);
  if (!(growthPerYear > -1))
    throw new RangeError(`growth per year must be above -100 %, got ${growthPerYear}`);
  if (!(seconds >= 0)) throw new RangeError(`time must not be negative, got ${seconds}`);
  const exponent = (seconds / secondsPerYear) * Math.log1p(growthPerYear);
  // expm1(x) / x tends to 1: without growth the total is the product, and 0 / 0 must not be computed.
  const stretch = exponent === 0 ? 1 : Math.expm1(exponent) / exponent;
  return ratePerSecond * seconds * stretch;
}

/** A Julian year of 365.25 days, as the unit `y`. */
const secondsPerYear = 31_557_600;
