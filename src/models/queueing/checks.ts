/** Returns the value if it is finite and above 0; throws a RangeError that names the quantity otherwise. */
export function positive(quantity: string, value: number): number {
  if (!(value > 0 && Number.isFinite(value)))
    throw new RangeError(`${quantity} must be a finite number above 0, not ${value}`);
  return value;
}

/** Returns the value if it is finite and at least 0; throws a RangeError that names the quantity otherwise. */
export function nonNegative(quantity: string, value: number): number {
  if (!(value >= 0 && Number.isFinite(value)))
    throw new RangeError(`${quantity} must be a finite number of at least 0, not ${value}`);
  return value;
}

/** Returns the value if it is a whole number of at least `least`; throws a RangeError that names the quantity otherwise. */
export function whole(quantity: string, value: number, least: number): number {
  if (!(Number.isSafeInteger(value) && value >= least))
    throw new RangeError(`${quantity} must be a whole number of at least ${least}, not ${value}`);
  return value;
}

/** Returns the value if it lies in [0, 1]; throws a RangeError that names the quantity otherwise. */
export function share(quantity: string, value: number): number {
  if (!(value >= 0 && value <= 1)) throw new RangeError(`${quantity} must lie in [0, 1], not ${value}`);
  return value;
}

/** Returns the value if it lies strictly between 0 and 1; throws a RangeError that names the quantity otherwise. */
export function openShare(quantity: string, value: number): number {
  if (!(value > 0 && value < 1)) throw new RangeError(`${quantity} must lie between 0 and 1, not ${value}`);
  return value;
}

/** Returns the offered load if the servers can carry it (offered < servers); throws a RangeError otherwise. */
export function stable(offered: number, servers: number): number {
  if (!(offered < servers))
    throw new RangeError(`offered load must be below the number of servers (${servers}), not ${offered}`);
  return offered;
}
