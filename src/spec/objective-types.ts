import type { SpecQuantity } from './value-types.ts';

/** A window that begins and ends with the calendar of a time zone. */
export interface CalendarSpec {
  readonly unit: 'day' | 'week' | 'month' | 'quarter' | 'year';
  /** Of the IANA database. */
  readonly timeZone: string;
}

/** Shares that were decided, equal shares, or in proportion to what each tier's model costs. */
export type SplitSpec =
  | {
      readonly rule: 'given';
      readonly shares: readonly { readonly tier: string; readonly share: SpecQuantity }[];
    }
  | { readonly rule: 'equal' | 'cost' };

/** Below this availability of a month this share of its bill is given back. */
export interface CreditSpec {
  readonly below: SpecQuantity;
  readonly credit: SpecQuantity;
}

/** Full answers to fewer requests, or answers from less data to all. */
export type DegradationChoice = 'reduce-yield' | 'reduce-harvest';

/** How soon people and software act; each apart from how long a repair takes. */
export interface MitigationSpec {
  /** From a page until somebody works on it. */
  readonly page: SpecQuantity;
  /** From a ticket until somebody works on it. */
  readonly ticket: SpecQuantity;
  /** Until somebody reports what no alert notices. */
  readonly report: SpecQuantity;
  /** Until one bad machine is found and out of the traffic. */
  readonly drain: SpecQuantity;
  /** Until machines in places that are left have taken over the load of lost ones. */
  readonly capacity: SpecQuantity;
  /** Until the traffic of a region is answered by the others. */
  readonly reroute: SpecQuantity;
  /** Until health checks take a dead machine out of the traffic. */
  readonly healthCheck: SpecQuantity;
}
