import { z } from 'zod';
import { amount, bounds, chance, exact, share } from './slo-document-values.ts';

const mode = z.enum([
  'machine',
  'rack',
  'power',
  'switch',
  'zone',
  'region',
  'grey',
  'election',
  'deploy',
  'configuration',
  'poisonRequest',
  'overload',
  'certificate',
  'dependency',
  'identityManagement',
  'storeBehind',
  'slow',
]);

const line = z.object({
  mode,
  title: z.string(),
  eventsPerYear: amount,
  eventsPerWindow: amount,
  times: z.object({
    endedBy: z.enum(['itself', 'software', 'people']),
    alert: z.string().optional(),
    detect: amount.nullable(),
    respond: amount.nullable(),
    mitigate: amount.nullable(),
    lasts: amount.nullable().describe('min(self-healing, detect + respond + mitigate); null: it never ends.'),
  }),
  impact: z.object({ mean: share, worst: share }),
  requestsPerEvent: amount,
  worstEventShare: share,
  requests: exact,
  seconds: exact,
  budgetShare: share,
  spentShare: share,
  overCap: z.boolean(),
  parts: z.array(
    z.object({ tier: z.string().optional(), title: z.string(), eventsPerYear: amount, requests: exact }),
  ),
  levers: z.array(
    z.object({
      lever: z.enum(['rarer', 'sooner detected', 'sooner repaired', 'smaller']),
      savedByHalving: amount,
      now: z.string(),
      needed: z.string().optional(),
      advice: z.string(),
    }),
  ),
  why: z.string(),
});

const amounts = z.object({ requests: exact, seconds: exact });

/** The ledger of one objective: lines and what is unspent add up to the budget, digit by digit. */
export const ledger = z.object({
  slo: z.string(),
  objective: z.string(),
  windowSeconds: amount,
  budget: amounts,
  lines: z.array(line).describe('The dearest first.'),
  spent: amounts.extend({ share }),
  unspent: amounts.describe('Below 0 where the budget is overspent.'),
  cap: share,
  miss: z.object({
    chance: bounds.describe('That a window misses the objective.'),
    largest: chance,
    met: z.boolean(),
    owners: z.array(z.object({ mode, title: z.string(), share })),
  }),
});

const failoverLine = z.object({
  mode: z.enum(['automatic', 'manual']),
  chosen: z.boolean(),
  steps: z.array(z.object({ name: z.string(), hours: amount })),
  outageSeconds: amount,
  inPath: z.boolean(),
  perLoss: share,
  expected: share,
  lossesPaid: amount.nullable().describe('Null: any number, since they cost nothing.'),
  missAlone: chance,
  missChance: bounds,
  met: z.boolean(),
});

/** A tier with a leader: the same losses mended by software and by people. */
export const failover = z.object({
  tier: z.string(),
  title: z.string(),
  lossesPerYear: amount,
  lines: z.array(failoverLine),
});
