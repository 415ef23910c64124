import { exampleIdentityTiers } from './example/identity-tiers.ts';
import { exampleRequestTiers } from './example/request-tiers.ts';
import { exampleService } from './example/service.ts';
import { exampleUsageTiers } from './example/usage-tiers.ts';
import { readSpec } from './read.ts';
import type { Spec } from './types.ts';

/** How people know the built-in example. */
export const exampleFile = 'built-in example';

/** The built-in example as a file; examples/image-resize/headroom.yaml holds the same text. */
export const exampleText = exampleService + exampleRequestTiers + exampleIdentityTiers + exampleUsageTiers;

/** The built-in example, checked. */
export function exampleSpec(): Spec {
  return readSpec(exampleText, exampleFile);
}
