import type { AlertLint } from '../../models/slo/alert-lint.ts';
import type { BurnAlert } from '../../models/slo/burn-alert.ts';
import type { Lag } from '../../models/slo/detection-lag.ts';
import type { BucketFit, HiddenByMean } from '../../models/slo/latency-objective.ts';
import type { Remedies } from '../../models/slo/low-traffic.ts';
import type { Finding } from '../types.ts';
import type { CreditPlan, ObjectiveBudget, SplitPlan } from './budget-types.ts';
import type { SloInput } from './input.ts';
import type { FailoverComparison, Ledger } from './ledger-types.ts';
import type { TierHarvest, YieldPlan } from './yield-types.ts';

export type * from './budget-types.ts';
export type { SloInput } from './input.ts';
export type * from './ledger-types.ts';
export type * from './yield-types.ts';

/** How often series are read and rules are evaluated, and which published alerts watch. */
export interface SloChoices {
  /** Id of a published set of alerts. */
  readonly catalogue: string;
  readonly scrapeSeconds: number;
  readonly evaluationSeconds: number;
}

/** A latency objective as what it is: a share of requests within a time. */
export interface LatencyPlan {
  readonly percentile: number;
  readonly below: number;
  /** `99 % of served requests take at most 0.5 s`. */
  readonly statement: string;
  readonly metric: string;
  readonly buckets: readonly number[];
  readonly fit: BucketFit;
  /** Whether the plan moves a bucket to the objective, so that the share is exact. */
  readonly moved: boolean;
  /** What the mean would have said of the plan's own response times. */
  readonly mean: HiddenByMean;
  readonly classes: readonly { readonly seconds: number; readonly share: number }[];
}

/** What an alert makes of one incident. Seconds. */
export interface AlertResponse {
  readonly title: string;
  readonly errorRatio: number;
  readonly lasts: number;
  /** Absent where it never fires, or the incident is over before. */
  readonly detect?: number;
  /** With scrape and evaluation at worst. */
  readonly detectAtMost?: number;
  /** After the end of the incident. */
  readonly clear?: number;
  /** Share of the window's budget that is gone when it fires. */
  readonly budgetSpent?: number;
}

/** One alert of the chosen set, at one objective and its traffic. */
export interface AlertAnalysis {
  readonly slo: string;
  readonly alert: BurnAlert;
  /** Share of the budget that is gone when it fires after its whole long window. */
  readonly budgetSpent: number;
  /** Error ratio above which it fires if that lasts; 1 and more: never. */
  readonly smallestErrorRatio: number;
  /** Shortest full outage that it notices; absent where it notices none. */
  readonly shortestOutage?: number;
  readonly lag: Lag;
  readonly incidents: readonly AlertResponse[];
  /** Alerts by chance in 30 days, while errors come singly at the background ratio, at the quietest and the mean rate. */
  readonly falsePerMonth: { readonly quietest: number; readonly mean: number };
  readonly backgroundErrorRatio: number;
  /** Full outage in a series that is an hour old; absent where it is not noticed. */
  readonly coldStart?: { readonly historySeconds: number; readonly detect: number };
  readonly lints: readonly AlertLint[];
  /** At the quietest hour. */
  readonly traffic: { readonly requestsPerSecond: number; readonly remedies: Remedies };
}

/** The objectives as budgets that people can spend knowingly. */
export interface SloPlan {
  readonly schema: 'headroom/slo/v1';
  readonly name: string;
  readonly spec: { readonly file: string };
  readonly choices: SloChoices;
  readonly budgets: readonly ObjectiveBudget[];
  readonly split: SplitPlan;
  /** The availability first, then the latency. */
  readonly ledgers: readonly Ledger[];
  /** What `plan availability` calls down of the same window: tiers that cannot carry all of their load, until repaired. */
  readonly down: { readonly share: number; readonly seconds: number };
  readonly failovers: readonly FailoverComparison[];
  readonly yield: YieldPlan;
  readonly harvest: readonly TierHarvest[];
  readonly latency: LatencyPlan;
  readonly alerts: readonly AlertAnalysis[];
  /** Absent where the spec has no agreement. */
  readonly credits?: CreditPlan;
  readonly inputs: readonly SloInput[];
  /** Errors are what `--check` fails for. */
  readonly findings: readonly Finding[];
}
