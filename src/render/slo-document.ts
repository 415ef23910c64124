import { z } from 'zod';
import { finding, origin } from './availability-document.ts';
import { alertAnalysis, creditPlan } from './slo-document-alerts.ts';
import { failover, ledger } from './slo-document-ledger.ts';
import { amount, chance, exact, share } from './slo-document-values.ts';

/** The shape of `headroom plan slo --json`: the published schema and the type of what is printed. */

const budget = z.object({
  slo: z.string(),
  title: z.string(),
  objective: z.string().describe('Share of good events as decimal text.'),
  budget: z.string().describe('What is left of 1, exact.'),
  window: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('rolling'), seconds: amount }),
    z.object({
      kind: z.literal('calendar'),
      unit: z.enum(['day', 'week', 'month', 'quarter', 'year']),
      timeZone: z.string(),
    }),
  ]),
  windowSeconds: amount,
  seconds: exact.describe('Full outage that spends the budget.'),
  asked: exact.describe('Requests of a window that the objective counts.'),
  requests: exact.describe('Those that may be bad.'),
});

const split = z.object({
  rule: z.enum(['given', 'equal', 'cost']),
  tiers: z.array(
    z.object({
      tier: z.string(),
      title: z.string(),
      budget: z.string(),
      objective: z.string(),
      seconds: exact,
      share,
      modelled: chance.optional().describe('Unavailability by the availability model.'),
      fits: z.boolean().optional(),
      promised: z.string().optional(),
      promiseFits: z.boolean().optional(),
    }),
  ),
  outside: z.array(z.string()).describe('Tiers with a share that no request needs.'),
  without: z.array(z.string()).describe('Tiers without a share that a request needs.'),
  unallocated: z.string(),
  ceiling: z
    .object({
      unavailability: chance,
      best: chance,
      counted: z.array(z.object({ name: z.string(), unavailability: chance })),
      met: z.boolean(),
    })
    .optional(),
  extraNine: z.string(),
  belowExtraNine: z.array(z.string()),
});

const outage = z.object({ startHour: z.number(), uptimeLoss: share, yieldLoss: share });

const yieldPlan = z.object({
  hours: amount,
  atPeak: outage,
  atTrough: outage,
  uptimeLoss: share,
  plannedWork: z.object({ best: outage, worst: outage }),
  budgetShare: z.object({ atPeak: share, atTrough: share }),
  overload: z.array(
    z.object({ title: z.string(), capacity: share, tier: z.string(), yield: share, yieldAtPeak: share }),
  ),
});

const harvest = z.object({
  tier: z.string(),
  title: z.string(),
  layout: z.enum(['replicated', 'sharded']),
  nodes: z.int(),
  shards: z.int(),
  replicas: z.int(),
  policy: z.enum(['reduce-yield', 'reduce-harvest']).optional(),
  declaredBy: z.string().optional(),
  losses: z.array(
    z.object({
      what: z.string(),
      lost: z.int(),
      harvest: share,
      anyShardLost: chance,
      yield: share,
      dq: share,
      consequence: z.string(),
    }),
  ),
});

const latency = z.object({
  percentile: chance,
  below: amount,
  statement: z.string(),
  metric: z.string(),
  buckets: z.array(amount),
  fit: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('exact'), bucket: amount }),
    z.object({ kind: z.literal('between'), below: amount, above: amount.nullable() }),
  ]),
  moved: z.boolean().describe('The plan moves a bucket to the objective.'),
  mean: z.object({
    mean: amount,
    slow: share,
    percentile: amount,
    hidden: z.boolean(),
    couldHide: share,
  }),
  classes: z.array(z.object({ seconds: amount, share })),
});

/** The objectives as they are printed with `--json`. Changes only add. */
export const sloDocument = z
  .object({
    schema: z.literal('headroom/slo/v1'),
    name: z.string(),
    spec: z.object({ file: z.string() }),
    choices: z.object({ catalogue: z.string(), scrapeSeconds: amount, evaluationSeconds: amount }),
    budgets: z.array(budget),
    split,
    ledgers: z.array(ledger),
    down: z
      .object({ share: chance, seconds: amount })
      .describe('What the availability plan calls down of a window: no measure of lost requests.'),
    failovers: z.array(failover),
    yield: yieldPlan,
    harvest: z.array(harvest),
    latency,
    alerts: z.array(alertAnalysis),
    credits: creditPlan.optional().describe('Absent where the spec has no agreement.'),
    inputs: z.array(
      z.object({
        name: z.string(),
        meaning: z.string(),
        value: z.number().nullable(),
        unit: z.enum(['s', 'h', '1/y', '1', 'B', 'B/s', 'machine', 'req/s', 'req']),
        origin,
      }),
    ),
    findings: z.array(finding),
  })
  .describe('The error budgets of a service of headroom, and what they are spent on.');

export type SloDocument = z.infer<typeof sloDocument>;
