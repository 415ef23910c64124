import type { BurnAlert } from '../models/slo/burn-alert.ts';

export interface LabelMatcher {
  readonly label: string;
  readonly op: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

/** Series of one metric. */
export interface Selector {
  readonly metric: string;
  readonly matchers: readonly LabelMatcher[];
}

/**
 * What is counted: requests and the bad ones among them, or requests and those that were fast enough. Several selectors
 * of bad events are added, so no event may be taken by two of them.
 */
export type Indicator =
  | { readonly kind: 'requests'; readonly total: Selector; readonly bad: readonly Selector[] }
  | { readonly kind: 'latency'; readonly total: Selector; readonly good: Selector };

/** One objective of one service, with all that its rules need. */
export interface ServiceObjective {
  /** Lower case letters, digits and hyphens: names of rules, documents and dashboards are made of both. */
  readonly service: string;
  readonly slo: string;
  /** The tier of the service whose promise it is. */
  readonly tier: string;
  /** One sentence. */
  readonly description: string;
  /** Share of good events as decimal text. */
  readonly objective: string;
  readonly periodSeconds: number;
  readonly indicator: Indicator;
  readonly alerts: readonly BurnAlert[];
  readonly runbook?: string;
}

/** Everything that is sent must end somewhere: sent = ended + held, as increases over a window. */
export interface Invariant {
  readonly service: string;
  readonly name: string;
  readonly tier: string;
  readonly description: string;
  /** Counter of what goes in. */
  readonly sent: Selector;
  /** Counters of all ways out: received, expired, set aside. */
  readonly ended: readonly Selector[];
  /** Gauges of what is still inside, waiting or in flight: of the whole, whoever reports it. */
  readonly held: readonly Selector[];
  readonly windowSeconds: number;
  /** Share of what was sent that may be unaccounted for, as decimal text: scrapes are not simultaneous. */
  readonly tolerance: string;
  readonly forSeconds: number;
}

/** How often series are read and rules are evaluated. */
export interface Cadence {
  readonly scrapeSeconds: number;
  readonly evaluationSeconds: number;
}

/** Everything that a set of rule files says. */
export interface RuleModel {
  readonly objectives: readonly ServiceObjective[];
  readonly invariants: readonly Invariant[];
  readonly cadence: Cadence;
}

/** One rule of a group. */
export type Rule =
  | {
      readonly kind: 'record';
      readonly record: string;
      readonly expr: string;
      readonly labels: Readonly<Record<string, string>>;
      /** Metrics that the expression reads. */
      readonly reads: readonly string[];
    }
  | {
      readonly kind: 'alert';
      readonly alert: string;
      readonly expr: string;
      readonly forSeconds: number;
      readonly labels: Readonly<Record<string, string>>;
      readonly annotations: Readonly<Record<string, string>>;
      readonly reads: readonly string[];
    };

/** Rules that are evaluated one after the other, at the same time stamp. */
export interface RuleGroup {
  readonly name: string;
  readonly intervalSeconds: number;
  readonly rules: readonly Rule[];
}
