import type { Plan, PlanQuantity } from '../plan/types.ts';

/** Where a number comes from, in a few words: `measured (file, run …)`, `given (headroom.yaml:4:9)`. */
export function originText(origin: PlanQuantity['origin']): string {
  switch (origin.kind) {
    case 'measured':
      return `measured (${origin.file}, run ${origin.run})`;
    case 'given':
      return 'flag' in origin
        ? `given (${origin.flag})`
        : `given (${origin.file}:${origin.line}:${origin.column})`;
    case 'assumed':
      return `assumed (${origin.source ? `${origin.why}; ${origin.source}` : origin.why})`;
    case 'cited':
      return `cited (${origin.source})`;
    case 'derived':
      return 'derived';
  }
}

/** What the plan's sizes rest on: a measurement with its job, or the published figure. */
export function measurementText({ measurement }: Plan): string {
  return measurement.kind === 'measured'
    ? `measured: ${measurement.file}, run ${measurement.run}, ${measurement.job}`
    : `cited: ${measurement.source}`;
}
