import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type OwnTemplates, templatePaths } from '../emit/read-templates.ts';
import type { Target } from '../emit/types.ts';
import { nearest } from '../problems/nearest.ts';
import { findSpec, type SpecQuery } from './find-spec.ts';
import { installed } from './installed.ts';

const usualFolder = 'templates';

export interface TemplatesQuery extends SpecQuery {
  readonly target: Target;
  /** `--templates`. */
  readonly templates?: string | undefined;
}

/**
 * The user's own templates: `--templates`, else the folder `templates` beside headroom.yaml, where that has one for the
 * target; many folders are called so and are about something else.
 */
export function ownTemplates({ templates, target, ...query }: TemplatesQuery): OwnTemplates | undefined {
  if (templates !== undefined) return { folder: resolve(query.cwd, templates), shown: templates };
  const spec = findSpec(query);
  if (spec.kind !== 'file') return undefined;
  const folder = join(dirname(spec.path), usualFolder);
  const ofTarget = join(folder, target);
  if (!existsSync(ofTarget) || !statSync(ofTarget).isDirectory()) return undefined;
  return { folder, shown: join(dirname(spec.shown), usualFolder) };
}

/** What is said about them, one line each: how many replace one of the product, and which replace none. */
export function templateNotes({ folder, shown }: OwnTemplates, target: Target): string[] {
  const own = templatePaths(folder, target);
  const shipped = templatePaths(installed('templates'), target);
  const known = new Set(shipped);
  const added = own.filter((path) => !known.has(path));
  return [
    `templates: ${own.length - added.length} of ${shown}/${target} in place of those of headroom`,
    ...added.map((path) => {
      const near = nearest(path, shipped);
      const meant = near === undefined ? '' : `; did you mean ${near}?`;
      return `${shown}/${target}/${path} replaces no template of headroom, and is added${meant}`;
    }),
  ];
}
