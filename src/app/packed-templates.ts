import type { PackedTemplates } from '../emit/packed-template.ts';
import type { Target } from '../emit/types.ts';

/** The YAML templates of a target as the build has read them; none where the product runs from its source. */
export function packedTemplates(_target: Target): PackedTemplates {
  return {};
}
