import { builtProcess } from '../shared/built.ts';

/** The built main module of a resize process. Throws an Error if it was not built. */
export function resizeProcessPath(from?: string): string {
  return builtProcess('worker/resize-process', from);
}
