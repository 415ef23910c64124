import type { Node } from 'yaml';
import { templateError } from './place.ts';
import type { Recorder } from './recorder.ts';
import type { Scope } from './scope.ts';
import type { Template } from './types.ts';

/** Renders a template of the same folder, for `!file`; it sees the variables of the loops around the tag. */
export type Include = (name: string, scope: Scope) => string;

/** What the parts of a rendering share. */
export interface Rendering {
  readonly template: Template;
  readonly include: Include;
  /** Where it is noted what comments say, if they are left out of the text. */
  readonly comments?: Recorder;
}

/** Does a piece of work; what it refuses becomes an error at the node's place in the template. */
export function at<T>(node: Node | null, rendering: Rendering, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw problem(node, rendering, error.message, 'headroom plan --format json lists every name of the plan');
  }
}

/** An error at the node's place in the template. */
export function problem(node: Node | null, { template }: Rendering, message: string, advice: string) {
  const before = template.text.slice(0, node?.range?.[0] ?? 0).split('\n');
  const place = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  return templateError({ file: template.shown, ...place }, message, advice);
}
