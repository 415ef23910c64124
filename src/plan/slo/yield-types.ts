import type { DegradationPolicy } from '../../models/slo/harvest.ts';
import type { BestHour } from '../../models/slo/yield.ts';

/** The same outage at other hours, by uptime and by requests; shares of one day. */
export interface YieldPlan {
  /** Length of the outage that is shown. */
  readonly hours: number;
  readonly atPeak: BestHour;
  readonly atTrough: BestHour;
  /** By the clock it costs the same at any hour. */
  readonly uptimeLoss: number;
  /** When to do planned work of that length, and when not. */
  readonly plannedWork: { readonly best: BestHour; readonly worst: BestHour };
  /** Share of the budget of a window that an outage of that length spends at the peak and at the trough. */
  readonly budgetShare: { readonly atPeak: number; readonly atTrough: number };
  readonly overload: readonly OverloadYield[];
}

/** What shedding leaves answered when demand is above what the tightest tier carries. */
export interface OverloadYield {
  readonly title: string;
  /** Capacity over the demand of the peak. */
  readonly capacity: number;
  readonly tier: string;
  /** Share of a day's requests that is answered, and of those of the peak. */
  readonly yield: number;
  readonly yieldAtPeak: number;
}

/** What a tier keeps when machines are lost. */
export interface TierHarvest {
  readonly tier: string;
  readonly title: string;
  /** `replicated`: every node can answer for all; `sharded`: each shard has its replicas. */
  readonly layout: 'replicated' | 'sharded';
  readonly nodes: number;
  readonly shards: number;
  readonly replicas: number;
  /** Absent where the spec declares nothing: that is a finding. */
  readonly policy?: DegradationPolicy;
  readonly declaredBy?: string;
  readonly losses: readonly HarvestLoss[];
}

export interface HarvestLoss {
  /** `1 machine`, `the largest zone`. */
  readonly what: string;
  readonly lost: number;
  /** Mean share of the data in an answer, of any machines lost; and the chance that a shard has no replica left. */
  readonly harvest: number;
  readonly anyShardLost: number;
  /** At the peak, under the policy; `reduce-yield` where none is declared. */
  readonly yield: number;
  /** Capacity that is left over the demand of the peak, at most 1: the same under either policy. */
  readonly dq: number;
  /** One sentence without a full stop. */
  readonly consequence: string;
}
