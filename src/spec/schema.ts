import { uncertainSchema } from './quantity.ts';
import { whole } from './read.ts';
import type { JsonSchema } from './reader.ts';
import { tierSchema } from './tiers.ts';

/**
 * JSON Schema (2020-12) of `headroom.yaml`, for editors. It describes structure and words; units, ranges and what
 * must agree between keys are checked by readSpec alone.
 */
export function specSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'headroom.yaml',
    description:
      'A service whose fleet headroom plans: workload, objectives, policy, machines, regions and tiers.',
    ...whole.schema,
    $defs: { tier: tierSchema(), uncertain: uncertainSchema() },
  };
}
