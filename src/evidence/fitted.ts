/** The result of a fit, or why the data do not carry one. */
export type Fitted<T> =
  | { readonly kind: 'fitted'; readonly fit: T }
  | { readonly kind: 'refused'; readonly reason: string };

/** The fit where the data carry it; a RangeError of the model becomes the reason for the refusal. */
export function attempt<T>(compute: () => T): Fitted<T> {
  try {
    return { kind: 'fitted', fit: compute() };
  } catch (error) {
    if (error instanceof RangeError) return { kind: 'refused', reason: error.message };
    throw error;
  }
}
