import type { Exact } from '../../models/slo/budget.ts';
import type { Bounds } from '../../models/slo/miss-chance.ts';
import type { Lever } from '../../models/slo/risk.ts';
import type { FailoverPlan } from '../availability/failover.ts';

/** Ways to fail that the ledger knows; each has one line in every ledger of a service that can fail so. */
export type FailureMode =
  | 'machine'
  | 'rack'
  | 'power'
  | 'switch'
  | 'zone'
  | 'region'
  | 'grey'
  | 'election'
  | 'deploy'
  | 'configuration'
  | 'poisonRequest'
  | 'overload'
  | 'certificate'
  | 'dependency'
  | 'identityManagement'
  | 'storeBehind'
  | 'slow';

/** What one end of an incident is decided by. */
export type EndedBy =
  /** It is over by itself before anybody could do something, or costs nothing for so long. */
  | 'itself'
  /** Software mends it: a health check, an election, a redelivery. */
  | 'software'
  /** An alert fires, somebody responds and mitigates. */
  | 'people';

/** How an event of a line goes, as means over its events that cost something. Seconds. */
export interface EventTimes {
  readonly endedBy: EndedBy;
  /** Alert that notices it first; absent where none does. */
  readonly alert?: string;
  readonly detect: number;
  readonly respond: number;
  readonly mitigate: number;
  /** min(self-healing, detect + respond + mitigate). */
  readonly lasts: number;
}

/** The part of a line that comes from one tier, or from one event of the model. */
export interface LinePart {
  /** Absent where an event takes several tiers at once. */
  readonly tier?: string;
  readonly title: string;
  readonly eventsPerYear: number;
  /** Expected requests lost in a window, exact; parts add up to their line. */
  readonly requests: Exact;
}

/** What would make a line cheaper. */
export interface LineLever {
  readonly lever: Lever;
  /** Requests of a window saved by halving it. */
  readonly savedByHalving: number;
  /** What stands now, in words with its unit: `1.24 a year`, `26 min`. */
  readonly now: string;
  /** Where it must stand for the line to take its largest share; absent where that alone cannot do it or is met. */
  readonly needed?: string;
  /** One sentence without a full stop: what to do. */
  readonly advice: string;
}

export interface LedgerLine {
  readonly mode: FailureMode;
  readonly title: string;
  readonly eventsPerYear: number;
  /** Expected events in a window. */
  readonly eventsPerWindow: number;
  readonly times: EventTimes;
  /** Share of the requests that fail during an event that is not yet over: mean over the hours of a day, and at worst. */
  readonly impact: { readonly mean: number; readonly worst: number };
  /** Mean requests that one event loses. */
  readonly requestsPerEvent: number;
  /** Largest share of a window's budget that one event can spend. */
  readonly worstEventShare: number;
  /** Expected requests lost in a window, exact. */
  readonly requests: Exact;
  /** The same as time of full outage at the mean rate, exact. */
  readonly seconds: Exact;
  /** Share of the budget, and of all that is spent. */
  readonly budgetShare: number;
  readonly spentShare: number;
  /** Above the largest share that one line should take. */
  readonly overCap: boolean;
  readonly parts: readonly LinePart[];
  /** The one that saves most first; empty where the line costs nothing. */
  readonly levers: readonly LineLever[];
  /** One sentence without a full stop: why it costs what it costs. */
  readonly why: string;
}

/** Chance that a window misses its objective. */
export interface MissChance {
  readonly chance: Bounds;
  /** The largest that the spec accepts. */
  readonly largest: number;
  readonly met: boolean;
  /** Lines by how much less the chance would be without them, the one that owns most first. */
  readonly owners: readonly { readonly mode: FailureMode; readonly title: string; readonly share: number }[];
}

/** The budget of one objective as a ledger: its lines and what is unspent add up to it, digit by digit. */
export interface Ledger {
  readonly slo: string;
  readonly objective: string;
  readonly windowSeconds: number;
  readonly budget: { readonly requests: Exact; readonly seconds: Exact };
  /** The dearest first; lines that cost nothing are shown too. */
  readonly lines: readonly LedgerLine[];
  readonly spent: { readonly requests: Exact; readonly seconds: Exact; readonly share: number };
  /** Below 0 where the budget is overspent. */
  readonly unspent: { readonly requests: Exact; readonly seconds: Exact };
  /** Largest share of the budget that a line may take without a finding. */
  readonly cap: number;
  readonly miss: MissChance;
}

/** One way of mending the loss of a leader, set against the budget. */
export interface FailoverLine {
  readonly mode: FailoverPlan['mode'];
  /** Whether it is the one that the plan has. */
  readonly chosen: boolean;
  readonly steps: FailoverPlan['steps'];
  /** Mean time without a leader per loss. */
  readonly outageSeconds: number;
  /** Whether the tier is in the path of requests; where it is not, a loss costs them nothing. */
  readonly inPath: boolean;
  /** Share of a window's budget: one loss at the mean rate, and the expected losses of a window. */
  readonly perLoss: number;
  readonly expected: number;
  /** Losses that a window's budget pays for; Infinity where they cost nothing. */
  readonly lossesPaid: number;
  /** Chance that the losses of a window alone spend more than its budget. */
  readonly missAlone: number;
  /** Chance that a window misses, all other lines as they are. */
  readonly missChance: Bounds;
  readonly met: boolean;
}

/** A tier with a leader: the same losses mended by software and by people. */
export interface FailoverComparison {
  readonly tier: string;
  readonly title: string;
  readonly lossesPerYear: number;
  readonly lines: readonly [automatic: FailoverLine, manual: FailoverLine];
}
