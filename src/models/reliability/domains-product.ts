/**
 * target[shift + i + j] += times·x[i]·y[j], four factors of the shorter at a time, so that each target is touched once
 * for all four.
 */
export function addProduct(
  target: Float64Array,
  shift: number,
  x: Float64Array,
  y: Float64Array,
  times: number,
): void {
  const [short, long] = x.length <= y.length ? [x, y] : [y, x];
  let i = 0;
  for (; i + 4 <= short.length; i += 4) addFourRows(target, shift, short, i, long, times);
  for (; i < short.length; i += 1) {
    const factor = times * (short[i] as number);
    if (factor === 0) continue;
    const offset = shift + i;
    for (let j = 0; j < long.length; j += 1) {
      target[offset + j] = (target[offset + j] as number) + factor * (long[j] as number);
    }
  }
}

function addFourRows(
  target: Float64Array,
  shift: number,
  short: Float64Array,
  row: number,
  long: Float64Array,
  times: number,
): void {
  const a = times * (short[row] as number);
  const b = times * (short[row + 1] as number);
  const c = times * (short[row + 2] as number);
  const d = times * (short[row + 3] as number);
  // Capacities larger than one unit leave zeros between the values.
  if (a === 0 && b === 0 && c === 0 && d === 0) return;
  const n = long.length;
  const offset = shift + row;
  let y1 = 0;
  let y2 = 0;
  let y3 = 0;
  for (let j = 0; j < n; j += 1) {
    const y = long[j] as number;
    const at = offset + j;
    target[at] = (target[at] as number) + (a * y + b * y1 + (c * y2 + d * y3));
    y3 = y2;
    y2 = y1;
    y1 = y;
  }
  target[offset + n] = (target[offset + n] as number) + (b * y1 + (c * y2 + d * y3));
  target[offset + n + 1] = (target[offset + n + 1] as number) + (c * y1 + d * y2);
  target[offset + n + 2] = (target[offset + n + 2] as number) + d * y1;
}
