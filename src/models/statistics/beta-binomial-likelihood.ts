/** A group of `of` members of which `failed` were down; `count` such observations, 1 where absent. */
export interface FailedOf {
  readonly failed: number;
  readonly of: number;
  readonly count?: number;
}

/** Log-likelihood with its first and second derivatives by p and θ. */
export interface Slopes {
  readonly value: number;
  readonly p: number;
  readonly theta: number;
  readonly pp: number;
  readonly pTheta: number;
  readonly thetaTheta: number;
}

/**
 * Beta-binomial log-likelihood, without the binomial coefficient, at mean p and θ = ρ/(1 − ρ) >= 0.
 *
 * Sums of ln(p + iθ), i < k; ln(1 − p + iθ), i < n − k; −ln(1 + iθ), i < n. They hold at θ = 0, where gamma functions
 * would overflow.
 */
export function derivatives(observations: readonly FailedOf[], p: number, theta: number): Slopes {
  const sums = { value: 0, p: 0, theta: 0, pp: 0, pTheta: 0, thetaTheta: 0 };
  for (const { failed, of, count = 1 } of observations) {
    addFactors(sums, failed, p, theta, count, 1);
    addFactors(sums, of - failed, 1 - p, theta, count, -1);
    for (let i = 1; i < of; i += 1) {
      const share = i / (1 + i * theta);
      sums.value -= count * Math.log1p(i * theta);
      sums.theta -= count * share;
      sums.thetaTheta += count * share * share;
    }
  }
  return sums;
}

function addFactors(
  sums: { -readonly [K in keyof Slopes]: number },
  factors: number,
  base: number,
  theta: number,
  count: number,
  sign: 1 | -1,
): void {
  for (let i = 0; i < factors; i += 1) {
    const inverse = 1 / (base + i * theta);
    sums.value += count * Math.log(base + i * theta);
    sums.p += sign * count * inverse;
    sums.theta += count * i * inverse;
    sums.pp -= count * inverse * inverse;
    sums.pTheta -= sign * count * i * inverse * inverse;
    sums.thetaTheta -= count * (i * inverse) ** 2;
  }
}
