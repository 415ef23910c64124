import type { LabelMatcher } from './types.ts';

/**
 * The matcher of a histogram bucket that Prometheus 2 and 3 both understand. Prometheus 3 writes the label `le` as a
 * float, `1.0`, where version 2 kept what the program had said, `1`; an integer alone then matches nothing.
 */
export function leMatcher(bound: string): LabelMatcher {
  if (!/^\d+$/.test(bound)) return { label: 'le', op: '=', value: bound };
  return { label: 'le', op: '=~', value: `${bound}(\\.0)?` };
}
