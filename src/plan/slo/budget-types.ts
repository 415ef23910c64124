import type { Exact } from '../../models/slo/budget.ts';
import type { Bounds } from '../../models/slo/miss-chance.ts';
import type { SafetyMargin, TierChance } from '../../models/slo/service-credit.ts';
import type { Window } from '../../models/slo/window.ts';

/** The budget of one objective. */
export interface ObjectiveBudget {
  readonly slo: string;
  readonly title: string;
  /** Share of good events as decimal text, and what is left of 1. */
  readonly objective: string;
  readonly budget: string;
  readonly window: Window;
  /** Length of the window; of a calendar unit its longest. */
  readonly windowSeconds: number;
  /** Full outage that spends the budget, exact. */
  readonly seconds: Exact;
  /** Requests of a window that it counts, and those that may be bad, exact. */
  readonly asked: Exact;
  readonly requests: Exact;
}

/** What one tier may spend of the service's budget. */
export interface TierShare {
  readonly tier: string;
  readonly title: string;
  /** Unavailability that it may have and the objective that this is, exact. */
  readonly budget: string;
  readonly objective: string;
  readonly seconds: Exact;
  /** Share of the whole budget. */
  readonly share: number;
  /** What the availability model says of it in the long run, and whether that fits; absent where it is not modelled. */
  readonly modelled?: number;
  readonly fits?: boolean;
  /** What the tier promises by itself; absent where it promises nothing. */
  readonly promised?: string;
  /** Whether its promise fits its share: only then do the promises of all tiers add up to the service's. */
  readonly promiseFits?: boolean;
}

/** The budget of the service over its tiers in the path of a request. */
export interface SplitPlan {
  readonly rule: 'given' | 'equal' | 'cost';
  readonly tiers: readonly TierShare[];
  /** Tiers with a share without which a request does not fail, and tiers without a share without which it does. */
  readonly outside: readonly string[];
  readonly without: readonly string[];
  /** Unavailability that no tier has, exact. */
  readonly unallocated: string;
  /** What the promises of critical tiers leave at best; absent where none promises anything. */
  readonly ceiling?: {
    /** Least unavailability that the service can have, and the objective that this is at best. */
    readonly unavailability: number;
    readonly best: number;
    readonly counted: readonly { readonly name: string; readonly unavailability: number }[];
    readonly met: boolean;
  };
  /** What a critical dependency should offer: a nine more than the service. */
  readonly extraNine: string;
  /** Critical tiers whose promise is below that. */
  readonly belowExtraNine: readonly string[];
}

/** What a service-level agreement is expected to cost. */
export interface CreditPlan {
  /** From the mildest tier to the hardest. */
  readonly tiers: readonly TierChance[];
  /** Expected share of a month's bill that is given back. */
  readonly expectedCredit: Bounds;
  readonly margin: SafetyMargin;
  readonly monthSeconds: number;
}
