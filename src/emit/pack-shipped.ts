import { type PackedTemplates, packTemplates } from './packed-template.ts';
import { readTemplates } from './read-templates.ts';
import { type Target, targets } from './types.ts';

/** The YAML templates of every target below a folder, for the build. */
export function packShipped(folder: string): Record<Target, PackedTemplates> {
  const packed = targets.map((target) => [target, packTemplates(readTemplates(folder, target))] as const);
  return Object.fromEntries(packed) as Record<Target, PackedTemplates>;
}
