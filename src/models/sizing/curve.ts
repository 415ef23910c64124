/** A point of a measured curve: bytes of a payload, seconds of its resize. */
export interface CurvePoint {
  readonly bytes: number;
  readonly seconds: number;
}

/**
 * Linear interpolation between the points of a curve; outside them the nearest segment is continued, and never below
 * zero. Points sorted by bytes, at least one, bytes distinct. A single point is taken as proportional to the bytes.
 * Throws RangeError for an empty curve or negative bytes.
 */
export function interpolate(points: readonly CurvePoint[], bytes: number): number {
  if (!(bytes >= 0)) throw new RangeError(`payload must not be negative, got ${bytes}`);
  const above = points.findIndex((point) => point.bytes >= bytes);
  const end = above === -1 ? points.length - 1 : Math.max(above, 1);
  const right = points[end] ?? points[0];
  if (right === undefined) throw new RangeError('a curve has at least one point');
  const left = points[end - 1] ?? { bytes: 0, seconds: 0 };
  if (left === right) return (right.seconds * bytes) / right.bytes;
  const slope = (right.seconds - left.seconds) / (right.bytes - left.bytes);
  return Math.max(0, left.seconds + slope * (bytes - left.bytes));
}
