import { z } from 'zod';

/** The shape of `headroom plan availability --json`: the published schema and the type of what is printed. */

const chance = z.number().min(0).max(1);
const amount = z.number().nonnegative();
const count = z.int().nonnegative();
const place = z.object({ file: z.string(), line: count, column: count });

/** Where a number comes from. */
export const origin = z.union([
  z.object({ kind: z.literal('measured'), file: z.string(), run: z.string() }),
  place.extend({ kind: z.literal('given') }),
  z.object({ kind: z.literal('given'), flag: z.string() }),
  z.object({ kind: z.literal('assumed'), why: z.string(), source: z.string().optional() }),
  z.object({ kind: z.literal('cited'), source: z.string() }),
  z.object({ kind: z.literal('derived') }),
]);

const owner = z.object({
  name: z.string(),
  share: chance.describe('Part that would go without it; parts need not add up to 1.'),
});

const demonstrated = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({
    kind: z.literal('bound'),
    value: chance.describe('Upper bound with 95 % confidence.'),
    hours: amount,
    outages: z.int().nonnegative(),
    duration: z.enum(['observed', 'modelled']),
  }),
]);

const row = z.object({
  id: z.string(),
  title: z.string(),
  needed: z.int().optional(),
  machines: z.int().optional(),
  host: z.string().optional(),
  naive: chance.describe('P^N.'),
  independent: chance,
  correlated: chance,
  correlatedAtMost: chance.describe('The exact value lies between correlated and this.'),
  factor: amount.nullable().describe('Correlated over naive; null where the naive figure is 0.'),
  demonstrated,
  dominant: owner,
  minutes: amount,
  outagesPerYear: amount.optional(),
  meanOutageHours: amount.optional(),
  objective: chance.optional().describe('Unavailability that is allowed.'),
  met: z.boolean().optional(),
});

const mending = z.object({
  measures: z.array(z.string()),
  machines: z.int(),
  cost: amount.describe('Relative to one machine.'),
  unavailability: chance.describe('At the peak, with the remedy.'),
  meets: z.boolean(),
});

const failover = z.object({
  mode: z.enum(['automatic', 'manual']),
  lossesPerYear: amount,
  hours: amount,
  unavailability: chance,
  steps: z.array(z.object({ name: z.string(), hours: amount })),
  allowedPerYear: amount.optional(),
  automatic: chance,
});

/** Something that a plan found and a person should decide. */
export const finding = z.object({
  code: z.string(),
  severity: z.enum(['error', 'warning', 'advice']),
  message: z.string(),
  advice: z.string(),
  tier: z.string().optional(),
  quantity: z.string().optional(),
  place: place.optional(),
});

const curve = z.object({
  tier: z.string(),
  machineUnavailability: chance,
  points: z.array(
    z.object({
      replicas: z.int(),
      naive: chance,
      correlated: chance,
      factor: amount.nullable(),
      demonstrated,
    }),
  ),
  floor: chance.describe('What no number of replicas gets below.'),
  floorOwner: owner,
  enough: z.int().describe('From this number on one more replica saves less than a tenth.'),
  naivePick: z.int().optional().describe('Replicas that P^N < R would pick.'),
  atMost: chance.describe('Chance of too few machines if nothing is known of what they share.'),
});

const recovery = z.object({
  id: z.string(),
  title: z.string(),
  mishaps: z.array(
    z.object({
      mishap: z.string(),
      worstLossSeconds: amount.nullable().describe('Null: everything.'),
      meanLossSeconds: amount.nullable(),
      from: z.string(),
    }),
  ),
  restore: z.object({ seconds: amount, bottleneck: z.string(), bytes: amount }).optional(),
  loss: z.object({ naive: chance, correlated: chance, copies: z.int(), apart: z.boolean() }).optional(),
  durability: z
    .object({
      loss: chance.describe('That a stored record is lost within a year.'),
      allowed: chance,
      met: z.boolean(),
      mendings: z.array(z.string()).optional().describe('Each alone is enough by the model.'),
    })
    .optional()
    .describe('Absent where no durability is promised.'),
});

/** The availability as it is printed with `--json`. Chances are of being down. Changes only add. */
export const availabilityDocument = z
  .object({
    schema: z.literal('headroom/availability/v1'),
    name: z.string(),
    spec: z.object({ file: z.string() }),
    windowDays: amount,
    missionHours: amount,
    dependencies: z.string(),
    tables: z
      .array(
        z.object({ question: z.enum(['instant', 'steady', 'mission']), rows: z.array(row), service: row }),
      )
      .describe('One table a question; numbers of different questions must not be compared.'),
    causes: z.array(owner.extend({ minutes: amount })),
    parts: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        birnbaum: chance,
        criticality: chance,
        riskAchievement: amount,
        riskReduction: amount.nullable().describe('Null: infinite.'),
        minutesSaved: amount,
        unavailability: chance,
        allowed: z.number().describe('Below 0: no improvement of this tier alone is enough.'),
      }),
    ),
    dependencyRule: z.object({ extraNine: chance, evenShare: chance }),
    outlook: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        floor: chance,
        owners: z.array(owner),
        mending: mending.optional(),
        failover: failover.optional(),
      }),
    ),
    curve: curve.optional(),
    capacity: z
      .object({
        tier: z.string(),
        machines: z.int(),
        needed: z.int(),
        points: z.array(z.object({ machines: z.int(), risk: chance, servedShare: chance })),
        served: chance,
      })
      .optional(),
    quorums: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        copies: z.int(),
        read: z.int(),
        write: z.int(),
        readUnavailability: chance,
        writeUnavailability: chance,
        readsSeeWrites: z.boolean(),
      }),
    ),
    recovery: z.array(recovery),
    evidence: z
      .object({ file: z.string(), facts: z.array(z.object({ name: z.string(), value: z.string() })) })
      .optional(),
    inputs: z.array(
      z.object({
        name: z.string(),
        meaning: z.string(),
        value: z.number(),
        unit: z.enum(['h', '1/y', '1', 'B', 'B/s', 'machine']),
        origin,
      }),
    ),
    findings: z.array(finding),
    notModelled: z.array(z.string()),
  })
  .describe('How often a service of headroom and each of its tiers fail.');

export type AvailabilityDocument = z.infer<typeof availabilityDocument>;
