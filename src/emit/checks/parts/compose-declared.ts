import type { Doc } from '../documents.ts';
import { at, mapAt } from '../values.ts';

/** Whether a compose file, or one that it includes, may have something of a name: `services`, `volumes`. */
export function mayDeclare(doc: Doc, key: string, name: string): boolean {
  return name in mapAt(doc.value, [key]) || at(doc.value, ['include']) !== undefined;
}
