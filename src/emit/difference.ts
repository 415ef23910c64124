import { createTwoFilesPatch } from 'diff';
import type { Change } from './changes.ts';

/** Unified difference of one change, as `git diff` and `patch` read it; empty where nothing changes. */
export function differenceOf({ path, kind, before, after }: Change): string {
  if (kind === 'unchanged') return '';
  const from = kind === 'create' ? '/dev/null' : `a/${path}`;
  const to = after === undefined ? '/dev/null' : `b/${path}`;
  const patch = createTwoFilesPatch(from, to, before ?? '', after ?? '', undefined, undefined, {
    context: 3,
  });
  return patch.split('\n').slice(1).join('\n');
}
