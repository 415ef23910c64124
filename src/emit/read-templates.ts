import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidInput } from '../problems/problem.ts';
import { hashOf } from './lock.ts';
import type { PackedTemplates } from './packed-template.ts';
import type { Target, Template } from './types.ts';

/** The user's templates: where they are, and how errors name that. */
export interface OwnTemplates {
  readonly folder: string;
  readonly shown: string;
}

/**
 * The templates of a target: those of the product, each replaced by the file of the same path below `own`, where the
 * user has one; files that only the user has are added. In the order of their paths. `packed`: those that were read as
 * YAML before.
 */
export function readTemplates(
  shipped: string,
  target: Target,
  own?: OwnTemplates,
  packed: PackedTemplates = {},
): Template[] {
  const found = new Map<string, Template>();
  for (const template of below(join(shipped, target), `templates/${target}`))
    found.set(template.path, template);
  if (own !== undefined) {
    if (!existsSync(own.folder)) throw missing(own.shown);
    for (const template of below(join(own.folder, target), `${own.shown}/${target}`)) {
      found.set(template.path, template);
    }
  }
  return [...found.values()]
    .map((template) => {
      const known = packed[hashOf(template.text)];
      return known === undefined ? template : { ...template, packed: known };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Paths of the templates of a target below a folder that has one for each target; none where it has not. */
export function templatePaths(folder: string, target: Target): string[] {
  return below(join(folder, target), '').map(({ path }) => path);
}

function below(folder: string, shown: string): Template[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      const path = file.slice(folder.length + 1).replaceAll('\\', '/');
      return { path, shown: `${shown}/${path}`, text: readFileSync(file, 'utf8') };
    });
}

function missing(own: string): InvalidInput {
  return new InvalidInput([
    {
      code: 'bad-file',
      file: own,
      message: `there is no folder ${own}`,
      advice: 'give --templates a folder that has one folder for each target, such as templates/kubernetes',
    },
  ]);
}
