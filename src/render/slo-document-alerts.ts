import { z } from 'zod';
import { amount, bounds, chance, share } from './slo-document-values.ts';

const alert = z.object({
  name: z.string(),
  severity: z.enum(['page', 'ticket']),
  factor: z.string(),
  longSeconds: amount,
  shortSeconds: amount,
  forSeconds: amount,
});

const response = z.object({
  title: z.string(),
  errorRatio: chance,
  lasts: amount.nullable(),
  detect: amount.optional().describe('Absent where it never fires, or the incident is over before.'),
  detectAtMost: amount.optional(),
  clear: amount.optional(),
  budgetSpent: share.optional(),
});

/** One alert at one objective and its traffic. */
export const alertAnalysis = z.object({
  slo: z.string(),
  alert,
  budgetSpent: share,
  smallestErrorRatio: amount.describe('1 and more: it never fires.'),
  shortestOutage: amount.optional(),
  lag: z.object({ least: amount, mean: amount, worst: amount }),
  incidents: z.array(response),
  falsePerMonth: z.object({ quietest: amount, mean: amount }),
  backgroundErrorRatio: chance,
  coldStart: z.object({ historySeconds: amount, detect: amount }).optional(),
  lints: z.array(
    z.object({
      alert: z.string(),
      code: z.string(),
      severity: z.enum(['error', 'warning']),
      message: z.string(),
      advice: z.string(),
    }),
  ),
  traffic: z.object({
    requestsPerSecond: amount,
    remedies: z.object({
      held: amount,
      needed: amount,
      enough: z.boolean(),
      longWindow: amount,
      syntheticRate: amount,
      combined: amount,
      budget: share,
    }),
  }),
});

/** What a service-level agreement is expected to cost. */
export const creditPlan = z.object({
  tiers: z.array(z.object({ belowPercent: z.string(), creditPercent: z.string(), chance: bounds })),
  expectedCredit: bounds,
  margin: z.object({ unavailability: z.number(), factor: amount }),
  monthSeconds: amount,
});
