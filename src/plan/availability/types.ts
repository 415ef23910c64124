import type { RecoveryPoint } from '../../models/reliability/recovery.ts';
import type { Finding } from '../types.ts';
import type { Durability } from './durability.ts';
import type { FailoverPlan } from './failover.ts';
import type { AvailabilityInput } from './input.ts';

/** At an instant of the peak, over the days to come with repair, or within a mission. Never converted silently. */
export const questions = ['instant', 'steady', 'mission'] as const;
export type Question = (typeof questions)[number];

/** What operation supports: an upper bound with 95 % confidence, or nothing at all. */
export type Demonstrated =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'bound';
      readonly value: number;
      readonly hours: number;
      readonly outages: number;
      /** Whether the length of an outage was observed too, or is the model's. */
      readonly duration: 'observed' | 'modelled';
    };

/** One cause and the part of a number that would go without it. */
export interface Owner {
  readonly name: string;
  readonly share: number;
}

/** One tier, or the service, in one question. All chances are of being down. */
export interface AvailabilityRow {
  readonly id: string;
  readonly title: string;
  /** Machines needed at the peak, and machines; absent for the service. */
  readonly needed?: number;
  readonly machines?: number;
  readonly host?: string;
  /** P^N: what independence promises if one machine were enough. */
  readonly naive: number;
  /** Independent machines, of which as many must be up as the load needs. */
  readonly independent: number;
  readonly correlated: number;
  /** Correlated and all that was left out of it: the exact value lies between the two. */
  readonly correlatedAtMost: number;
  /** Correlated over naive. */
  readonly factor: number;
  readonly demonstrated: Demonstrated;
  readonly dominant: Owner;
  /** Minutes down in the objective's window, or expected within the mission. */
  readonly minutes: number;
  /** Outages in a year and their mean length; for the long run and the mission. */
  readonly outagesPerYear?: number;
  readonly meanOutageHours?: number;
  /** Unavailability that is allowed; absent where nothing is promised and for missions. */
  readonly objective?: number;
  readonly met?: boolean;
}

export interface QuestionTable {
  readonly question: Question;
  readonly rows: readonly AvailabilityRow[];
  readonly service: AvailabilityRow;
}

/** What a cause costs the service in the long run. */
export interface CauseRank extends Owner {
  /** Minutes in the objective's window that would go without it. */
  readonly minutes: number;
}

/** What one tier means to the service, in the long run. */
export interface PartRank {
  readonly id: string;
  readonly title: string;
  readonly birnbaum: number;
  /** Share of the service's unavailability that would go if the tier were perfect. */
  readonly criticality: number;
  readonly riskAchievement: number;
  readonly riskReduction: number;
  readonly minutesSaved: number;
  readonly unavailability: number;
  /** Largest unavailability with which the service meets its objective, all else as it is; below 0: never alone. */
  readonly allowed: number;
}

export interface CurvePoint {
  readonly replicas: number;
  readonly naive: number;
  readonly correlated: number;
  readonly factor: number;
  readonly demonstrated: Demonstrated;
}

/** Replicas of which one is enough, at the machine's own unavailability. */
export interface Curve {
  readonly tier: string;
  readonly machineUnavailability: number;
  readonly points: readonly CurvePoint[];
  /** What no number of replicas gets below. */
  readonly floor: number;
  readonly floorOwner: Owner;
  /** From this number on one more replica saves less than a tenth. */
  readonly enough: number;
  /** Replicas that P^N < R would pick for the tier's objective; absent where it promises nothing. */
  readonly naivePick?: number;
  /** Chance that too few of the tier's machines are up for its load, if nothing is known of what they share. */
  readonly atMost: number;
}

/** A remedy, and what the model says about the tier with it. */
export interface Mending {
  readonly measures: readonly string[];
  readonly machines: number;
  /** Relative to one machine. */
  readonly cost: number;
  /** At the peak, with the remedy. */
  readonly unavailability: number;
  readonly meets: boolean;
}

export interface TierOutlook {
  readonly id: string;
  readonly title: string;
  /** What no number of machines gets below. */
  readonly floor: number;
  readonly owners: readonly Owner[];
  readonly mending?: Mending;
  readonly failover?: FailoverPlan;
}

/** Capacity of the workers that is there with a certain chance. */
export interface CapacityRisk {
  readonly tier: string;
  readonly machines: number;
  readonly needed: number;
  /** P(capacity < machines) for some numbers of machines. */
  readonly points: readonly {
    readonly machines: number;
    readonly risk: number;
    readonly servedShare: number;
  }[];
  /** Mean share of the peak that is served. */
  readonly served: number;
}

export interface RecoveryPlan {
  readonly id: string;
  readonly title: string;
  readonly mishaps: readonly {
    readonly mishap: string;
    readonly worstLossSeconds: number;
    readonly meanLossSeconds: number;
    readonly from: RecoveryPoint['from'];
  }[];
  readonly restore?: { readonly seconds: number; readonly bottleneck: string; readonly bytes: number };
  /** Chance that all copies of a record are lost within the mission: by disks alone, and with losses of power. */
  readonly loss?: {
    readonly naive: number;
    readonly correlated: number;
    readonly copies: number;
    /** Each copy stands in a zone of its own, out of reach of one loss of power. */
    readonly apart: boolean;
  };
  /** The objective of durability, and where it is missed what would meet it; absent where nothing is promised. */
  readonly durability?: Durability & { readonly mendings?: readonly string[] };
}

export interface QuorumRead {
  readonly id: string;
  readonly title: string;
  readonly copies: number;
  readonly read: number;
  readonly write: number;
  readonly readUnavailability: number;
  readonly writeUnavailability: number;
  readonly readsSeeWrites: boolean;
}

/** What an incident file says, beside what the plan assumes. */
export interface IncidentEvidence {
  readonly file: string;
  readonly facts: readonly { readonly name: string; readonly value: string }[];
}

/** How often the service and each of its tiers fail. */
export interface AvailabilityPlan {
  readonly schema: 'headroom/availability/v1';
  readonly name: string;
  readonly spec: { readonly file: string };
  readonly windowDays: number;
  readonly missionHours: number;
  readonly dependencies: string;
  readonly tables: readonly QuestionTable[];
  readonly causes: readonly CauseRank[];
  readonly parts: readonly PartRank[];
  /** What a critical dependency should offer, by the rule of the extra nine, and by an even share. */
  readonly dependencyRule: { readonly extraNine: number; readonly evenShare: number };
  readonly outlook: readonly TierOutlook[];
  readonly curve?: Curve;
  readonly capacity?: CapacityRisk;
  readonly quorums: readonly QuorumRead[];
  readonly recovery: readonly RecoveryPlan[];
  readonly evidence?: IncidentEvidence;
  readonly inputs: readonly AvailabilityInput[];
  readonly findings: readonly Finding[];
  /** Tiers that stand on no machines of one's own. */
  readonly notModelled: readonly string[];
}
