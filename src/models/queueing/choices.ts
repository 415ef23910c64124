import { openShare, whole } from './checks.ts';

/**
 * Mean response time where each request joins the shortest of d queues picked at random, in service times.
 *
 *   T = Σ_{i>=1} ρ^((d^i - d)/(d - 1));  1/(1 - ρ) for d = 1
 *
 * ρ: utilization; d: choices. Source: Mitzenmacher, IEEE TPDS 12(10), 2001; exact in the limit of many queues with
 * one exponential server each. Throws a RangeError for ρ outside (0, 1) or d < 1.
 */
export function choicesMeanResponse(utilization: number, choices: number): number {
  openShare('utilization', utilization);
  whole('number of choices', choices, 1);
  if (choices === 1) return 1 / (1 - utilization);
  let sum = 0;
  for (let power = 0, step = choices; ; power += step, step *= choices) {
    const term = utilization ** power;
    sum += term;
    if (term < 1e-17 * sum) return sum;
  }
}
