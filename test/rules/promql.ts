import { parser } from '@prometheus-io/lezer-promql';

/** What the grammar of Prometheus makes of an expression. */
export interface Parsed {
  readonly errors: number;
  readonly metrics: readonly string[];
  readonly numbers: readonly string[];
}

export function parsePromql(text: string): Parsed {
  let errors = 0;
  const metrics: string[] = [];
  const numbers: string[] = [];
  parser.parse(text).iterate({
    enter: ({ name, from, to, type }) => {
      if (type.isError) errors += 1;
      if (name === 'Identifier') metrics.push(text.slice(from, to));
      if (name === 'NumberDurationLiteral' || name === 'NumberLiteral') numbers.push(text.slice(from, to));
    },
  });
  return { errors, metrics, numbers };
}
