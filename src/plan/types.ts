import type { Origin, Sheet, Uncertainty } from '../sheet/types.ts';
import type { TierAnswers } from '../spec/types.ts';
import type { ConstraintKind } from '../tiers/tier.ts';

export type { ConstraintKind };

/** One quantity of the plan, ready to be shown. */
export interface PlanQuantity {
  readonly name: string;
  readonly meaning: string;
  /** In `unit`, exact. */
  readonly value: number;
  /** Prefix-free: `bit/s`, `B`, `s`, `req/s`, `core`, `1`. */
  readonly unit: string;
  /** Three significant digits with the unit that people use: `20.5 Gbit/s`. */
  readonly display: string;
  readonly origin: Origin | { readonly kind: 'derived' };
  readonly formula?: string;
  readonly inputs: readonly string[];
  readonly uncertain?: Uncertainty;
}

export interface PlanConstraint {
  readonly kind: ConstraintKind;
  /** Name of the quantity that is this constraint's count. */
  readonly quantity: string;
  readonly count: number;
  /** False: shown, and left out of the maximum, because the policy does not ask for it. */
  readonly required: boolean;
  readonly binding: boolean;
  /** One clause that says what the constraint demands. */
  readonly meaning: string;
}

export interface TierPlan {
  readonly id: string;
  readonly title: string;
  /** What is counted: `machine`, `server`, `node`, `core`. */
  readonly counted: string;
  readonly count: number;
  /** Names of quantities. */
  readonly names: {
    readonly count: string;
    readonly demand?: string;
    readonly capacity?: string;
    readonly spare?: string;
  };
  readonly constraints: readonly PlanConstraint[];
  /** Further quantities worth a line of their own in the tier's detail, by name. */
  readonly highlights: readonly string[];
  readonly answers: TierAnswers;
  readonly onOverload?: string;
}

export type Severity = 'error' | 'warning' | 'advice';

/** Something that the plan found and a person should decide. */
export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly advice: string;
  readonly tier?: string;
  readonly quantity?: string;
  readonly place?: { readonly file: string; readonly line: number; readonly column: number };
}

/** The one object that everything after planning reads. Counts are per region. */
export interface Plan {
  readonly schema: 'headroom/plan/v1';
  readonly name: string;
  readonly spec: { readonly file: string };
  readonly measurement:
    | { readonly kind: 'measured'; readonly file: string; readonly run: string; readonly job: string }
    | { readonly kind: 'cited'; readonly source: string };
  readonly regions: number;
  readonly tiers: readonly TierPlan[];
  readonly quantities: ReadonlyMap<string, PlanQuantity>;
  readonly findings: readonly Finding[];
  /** For explain, --set and what comes later; never serialised. */
  readonly sheet: Sheet;
}
