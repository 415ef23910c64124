/** Steps in which a series grows, or changes, by the same amount each. */
export interface Segment {
  readonly steps: number;
  readonly perStep: number;
}

/** A series of a test: its name with labels, and how it goes from its first value at time 0. */
export interface TestSeries {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly first: number;
  readonly segments: readonly Segment[];
}

/** Alerts of one name that fire at a moment of a test; without any, none may. */
export interface AlertExpectation {
  readonly at: number;
  readonly alert: string;
  readonly firing: readonly Readonly<Record<string, string>>[];
}

/** Value of an expression at a moment, without labels. */
export interface ValueExpectation {
  readonly at: number;
  readonly expr: string;
  /** Absent where the expression must give nothing. */
  readonly value?: number;
}

/** A test of rules: series, and what must be true of the rules' alerts and records at given moments. Seconds. */
export interface RuleTest {
  readonly name: string;
  readonly stepSeconds: number;
  readonly series: readonly TestSeries[];
  readonly alerts: readonly AlertExpectation[];
  readonly values: readonly ValueExpectation[];
}

/** Value of a test series at each step from 0. */
export function valuesOf({ first, segments }: TestSeries): number[] {
  const values = [first];
  let value = first;
  for (const { steps, perStep } of segments) {
    for (let i = 0; i < steps; i += 1) {
      value += perStep;
      values.push(value);
    }
  }
  return values;
}
