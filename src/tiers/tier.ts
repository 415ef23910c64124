import type { Declaration, FormulaDeclaration, InputDeclaration } from '../sheet/types.ts';

/** What can bind a count. */
export type ConstraintKind =
  | 'throughput'
  | 'headroom'
  | 'latency'
  | 'machine loss'
  | 'zone loss'
  | 'rolling deploy'
  | 'quorum'
  | 'bandwidth'
  | 'memory'
  | 'disk'
  | 'connections'
  | 'deadline'
  | 'markup'
  | 'random choice'
  | 'co-located'
  | 'retention'
  | 'own formula';

/** One demand on a tier's count. The count is the largest of the required ones. */
export interface TierConstraint {
  readonly kind: ConstraintKind;
  /** Name of the quantity that is this constraint's count. */
  readonly quantity: string;
  /** Quantity that says whether the policy asks for it (0 or 1); absent means always, `never` only shows it. */
  readonly when?: string;
  /** One clause: what the constraint demands. */
  readonly meaning: string;
}

/** A tier of the service: its formulas, and which of them are its demand, capacity and count. */
export interface TierModel {
  readonly id: string;
  readonly title: string;
  /** What is counted: machine, server, node, core, TB. */
  readonly counted: string;
  readonly names: {
    readonly count: string;
    readonly demand?: string;
    readonly capacity?: string;
    readonly spare?: string;
  };
  readonly constraints: readonly TierConstraint[];
  /** Further quantities worth a line in the tier's detail. */
  readonly highlights: readonly string[];
  readonly declarations: readonly Declaration[];
}

/** Marks a constraint that no policy asks for: it is shown for comparison. */
export const never = 'never';

/** A quantity computed from others. */
export function formula(
  name: string,
  unit: string,
  meaning: string,
  text: string,
  source?: string,
): FormulaDeclaration {
  return { name, unit, meaning, formula: text, ...(source === undefined ? {} : { source }) };
}

/** A default that nobody gave or measured, with the reason for it. */
export function assumed(
  name: string,
  value: string,
  meaning: string,
  why: string,
  source?: string,
): InputDeclaration {
  return {
    name,
    unit: unitOf(value),
    meaning,
    value,
    origin: { kind: 'assumed', why, ...(source === undefined ? {} : { source }) },
  };
}

/** A figure that somebody published. */
export function cited(name: string, value: string, meaning: string, source: string): InputDeclaration {
  return { name, unit: unitOf(value), meaning, value, origin: { kind: 'cited', source } };
}

/** The count of a tier: the largest of the constraints that the policy requires. */
export function countOf(
  name: string,
  unit: string,
  meaning: string,
  constraints: readonly TierConstraint[],
): FormulaDeclaration {
  const terms = constraints
    .filter((constraint) => constraint.when !== never)
    .map((constraint) =>
      constraint.when === undefined
        ? constraint.quantity
        : `required(${constraint.when}, ${constraint.quantity})`,
    );
  return formula(name, unit, meaning, `max(${terms.join(', ')})`);
}

/** The unit of a declared default: it is shown in the unit in which it was written. */
function unitOf(value: string): string {
  const unit = /^[-+]?[\d.,]+(?:e[-+]?\d+)?\s*(?:[kMG](?=\s))?\s*(.*)$/.exec(value.trim())?.[1];
  return unit === undefined || unit === '' ? '1' : unit;
}
