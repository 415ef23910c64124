import type { SpecQuantity, SpecValue } from './value-types.ts';

/** How likely something is to be down; at most two of the three are given. */
export interface FailureSpec {
  readonly unavailability?: SpecQuantity;
  /** Beginnings per second while it is well. */
  readonly rate?: SpecQuantity;
  readonly repair?: SpecQuantity;
}

/** Places that fail as one, from the smallest to the largest. */
export type FailureLevel = 'machine' | 'rack' | 'power' | 'switch' | 'zone' | 'region';

/** A machine that answers some requests wrongly or not at all while nothing has noticed. */
export interface GreySpec {
  readonly rate?: SpecQuantity;
  readonly detection?: SpecQuantity;
  readonly repair?: SpecQuantity;
  /** Share of the requests that reach the machine and are lost. */
  readonly lost?: SpecQuantity;
  readonly slow?: SpecQuantity;
  readonly attempts?: SpecQuantity;
}

/** What takes machines across all places. */
export type CauseKind =
  | 'version'
  | 'configuration'
  | 'poisonRequest'
  | 'clientCohort'
  | 'certificate'
  | 'controlPlane';

export interface CauseSpec {
  /** Begins so often, per second, in the whole service. */
  readonly rate?: SpecQuantity;
  readonly detection?: SpecQuantity;
  readonly repair?: SpecQuantity;
  /** Chance that a machine in its reach is taken. */
  readonly share?: SpecQuantity;
  /** Share of bad changes that watching the stages can notice. */
  readonly coverage?: SpecQuantity;
  readonly stages?: SpecValue<readonly { readonly share: SpecQuantity; readonly bake: SpecQuantity }[]>;
  /** Parts into which customers are divided. */
  readonly shards?: SpecQuantity;
  readonly tiers?: SpecValue<readonly string[]>;
}

/** What a service needs, in terms of its tiers. */
export type Dependency =
  | string
  | { readonly and: readonly Dependency[] }
  | { readonly or: readonly Dependency[] }
  | { readonly atLeast: number; readonly of: readonly Dependency[] };

/** What happens when the node that leads a tier is lost. */
export interface FailoverSpec {
  readonly mode: SpecValue<'automatic' | 'manual'>;
  readonly detection?: SpecQuantity;
  readonly promotion?: SpecQuantity;
  readonly response?: SpecQuantity;
  readonly decision?: SpecQuantity;
  readonly failureChance?: SpecQuantity;
}

/** How the state of a tier is copied and brought back. */
export interface DataSpec {
  readonly bytes?: SpecQuantity;
  readonly replication: SpecValue<'none' | 'asynchronous' | 'synchronous'>;
  readonly copies?: SpecQuantity;
  readonly lag?: SpecQuantity;
  readonly lagWorst?: SpecQuantity;
  readonly backupEvery?: SpecQuantity;
  readonly backupTakes?: SpecQuantity;
  readonly logEvery?: SpecQuantity;
  readonly restoreBandwidth?: SpecQuantity;
}

/** What operation has shown of a tier as a whole. */
export interface ObservedSpec {
  readonly time: SpecQuantity;
  readonly outages: SpecQuantity;
  readonly downtime?: SpecQuantity;
}
