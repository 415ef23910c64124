import { z } from 'zod';

/** Values that recur in the document of the objectives. */

export const amount = z.number().nonnegative();
export const chance = z.number().min(0).max(1);
/** A share that may exceed the whole, where a budget is overspent. */
export const share = z.number();
export const bounds = z.object({ low: chance, high: chance });
export const exact = z.object({
  text: z.string().describe('Exact decimal.'),
  value: z.number().describe('The same as a float.'),
});
