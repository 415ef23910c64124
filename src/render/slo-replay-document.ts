import { z } from 'zod';

/** The shape of `headroom plan slo --replay FILE --json`: the published schema and the type of what is printed. */

const amount = z.number().nonnegative();
const moment = z.number().describe('Unix seconds.');
const share = amount.describe('Share; above 1 where more than the whole is gone.');

export const replayDocument = z
  .object({
    schema: z.literal('headroom/slo-replay/v1'),
    file: z.string(),
    kind: z.enum(['intervals', 'incidents']),
    objective: z.object({
      service: z.string(),
      slo: z.string(),
      tier: z.string(),
      objective: z.string().describe('Share of good events, as decimal text.'),
      periodSeconds: amount,
    }),
    stepSeconds: amount,
    evaluationSeconds: amount,
    replay: z.object({
      from: moment,
      to: moment,
      events: amount,
      bad: amount,
      errorRatio: share,
      budgetSpent: share.describe('Of the budget of one period with the mean traffic of the file.'),
      alerts: z.array(
        z.object({
          alert: z.string(),
          severity: z.enum(['page', 'ticket']),
          firings: z.array(
            z.object({
              firedAt: moment,
              clearedAt: moment.optional().describe('Absent where it still fires at the end.'),
              budgetSpent: share,
            }),
          ),
        }),
      ),
      incidents: z
        .array(
          z.object({
            from: moment,
            to: moment,
            events: amount,
            bad: amount,
            budgetSpent: share,
            noticedBy: z.array(z.string()).describe('Names of alerts; empty where nobody noticed.'),
          }),
        )
        .describe('The dearest first.'),
    }),
    limits: z.array(z.string()).describe('What of the answer to distrust.'),
  })
  .describe('A file replayed through the alerts of one objective.');

export type ReplayDocument = z.infer<typeof replayDocument>;
