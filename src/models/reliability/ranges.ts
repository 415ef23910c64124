/** Throws a RangeError that names the quantity unless it lies in [0, 1]. */
export function requireProbability(quantity: string, value: number): void {
  if (!(value >= 0 && value <= 1)) throw new RangeError(`${quantity} must lie in [0, 1], not ${value}`);
}

/** Throws a RangeError that names the quantity unless it is a whole number of at least `least`. */
export function requireCount(quantity: string, value: number, least = 0): void {
  if (!(Number.isSafeInteger(value) && value >= least)) {
    throw new RangeError(`${quantity} must be a whole number of at least ${least}, not ${value}`);
  }
}

/** Throws a RangeError that names the quantity unless it is finite and above 0 (or at least 0). */
export function requirePositive(
  quantity: string,
  value: number,
  zero: 'zero allowed' | 'not zero' = 'not zero',
): void {
  const fits = Number.isFinite(value) && (zero === 'zero allowed' ? value >= 0 : value > 0);
  if (!fits) {
    const least = zero === 'zero allowed' ? 'at least 0' : 'above 0';
    throw new RangeError(`${quantity} must be finite and ${least}, not ${value}`);
  }
}
