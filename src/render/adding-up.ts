/**
 * Lines, what is spent, what is not and the budget, as whole numbers that add up: what rounding leaves over goes to the
 * lines with the largest fractions.
 */
export function addingUp(amounts: readonly number[]): number[] {
  const lines = amounts.slice(0, -3);
  const [spent, budget] = [Math.round(amounts.at(-3) as number), Math.round(amounts.at(-1) as number)];
  const whole = lines.map(Math.floor);
  const order = lines.map((_, i) => i).sort((a, b) => fraction(lines[b]) - fraction(lines[a]));
  const left = spent - whole.reduce((sum, each) => sum + each, 0);
  for (const i of order.slice(0, Math.max(0, left))) whole[i] = (whole[i] as number) + 1;
  return [...whole, spent, budget - spent, budget];
}

function fraction(amount = 0): number {
  return amount - Math.floor(amount);
}
