import { z } from 'zod';
import { availabilityDocument, finding } from './availability-document.ts';

/** The shapes of `headroom plan --json`: the published schema and the type of what is printed come from here. */

const count = z.int().nonnegative();

const origin = z
  .union([
    z.object({ kind: z.literal('measured'), file: z.string(), run: z.string() }),
    z.object({ kind: z.literal('given'), file: z.string(), line: count, column: count }),
    z.object({ kind: z.literal('given'), flag: z.string() }),
    z.object({ kind: z.literal('assumed'), why: z.string(), source: z.string().optional() }),
    z.object({ kind: z.literal('cited'), source: z.string() }),
    z.object({ kind: z.literal('derived') }),
  ])
  .describe('Where a number comes from.');

const quantity = z
  .object({
    value: z.number().describe('Exact, in `unit`.'),
    unit: z.string().describe('Without prefix: bit/s, B, s, req/s, core, 1.'),
    display: z.string().describe('For people: three significant digits.'),
    meaning: z.string(),
    origin,
    formula: z.string().optional(),
    inputs: z.array(z.string()).describe('Quantities that the formula reads directly.'),
    uncertain: z
      .object({ low: z.number(), mid: z.number(), high: z.number(), confidence: z.number() })
      .optional(),
  })
  .describe('One number of the plan.');

const object = z
  .object({
    type: z.string().describe('Kind of data: traffic, payloadMix, costCurve.'),
    meaning: z.string(),
    origin,
    value: z.unknown().describe('The data; bytes, seconds and shares as plain numbers.'),
  })
  .describe('A structured input, which only functions of formulas read.');

const constraint = z.object({
  kind: z.string(),
  quantity: z.string(),
  count: z.number(),
  required: z.boolean().describe('False: shown, and left out of the maximum.'),
  binding: z.boolean(),
  meaning: z.string(),
});

const tier = z.object({
  id: z.string(),
  title: z.string(),
  counted: z.string().describe('What is counted: machine, server, node.'),
  count: z.number(),
  binding: z.array(z.string()).describe('Kinds of the constraints that decide the count.'),
  demand: z.string().optional().describe('Name of a quantity.'),
  capacity: z.string().optional().describe('Name of a quantity.'),
  spare: z.string().optional().describe('Name of a quantity.'),
  constraints: z.array(constraint),
  highlights: z.array(z.string()),
  onOverload: z.string().optional(),
});

const measurement = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('measured'), file: z.string(), run: z.string(), job: z.string() }),
  z.object({ kind: z.literal('cited'), source: z.string() }),
]);

/** A plan as it is printed with `--json`. Changes only add. */
export const planDocument = z
  .object({
    schema: z.literal('headroom/plan/v1'),
    name: z.string(),
    spec: z.object({ file: z.string() }),
    measurement,
    regions: count,
    tiers: z.array(tier).describe('Counts are per region.'),
    cited: z
      .object({ counts: z.record(z.string(), z.number()) })
      .optional()
      .describe('Counts by tier from the published rate, beside a plan made from a measurement.'),
    quantities: z.record(z.string(), quantity),
    objects: z.record(z.string(), object).optional().describe('Structured inputs by name.'),
    findings: z.array(finding),
    availability: availabilityDocument
      .optional()
      .describe('How often it fails: in `headroom plan`, not where one part of the plan was asked for.'),
  })
  .describe('A plan of headroom.');

export type PlanDocument = z.infer<typeof planDocument>;
