import type {
  CalendarSpec,
  CreditSpec,
  DegradationChoice,
  MitigationSpec,
  SplitSpec,
} from './objective-types.ts';
import type {
  CauseKind,
  CauseSpec,
  DataSpec,
  Dependency,
  FailoverSpec,
  FailureLevel,
  FailureSpec,
  GreySpec,
  ObservedSpec,
} from './operation-types.ts';
import type { SpecQuantity, SpecValue } from './value-types.ts';

export type * from './objective-types.ts';
export type * from './operation-types.ts';
export type { SpecQuantity, SpecValue } from './value-types.ts';

/** Share of the peak rate in each hour of the day (24 numbers, the largest is 1). */
export interface TrafficProfile {
  readonly hourly: readonly number[];
}

/** A day that swings as 1 + amplitude * cos(2 pi (hour - peakHour) / 24). */
export interface CosineDay {
  readonly amplitude: number;
  readonly peakHour: number;
}

/** The profile by the hour, and the curve that it was written as, if it is one. */
export interface TrafficSpec extends SpecValue<TrafficProfile> {
  readonly cosine?: CosineDay;
}

/** Payload sizes as classes: bytes and share of requests; shares add up to 1, sorted by bytes. */
export interface PayloadMix {
  readonly classes: readonly { readonly bytes: number; readonly share: number }[];
  readonly meanBytes: number;
  readonly maxBytes: number;
}

export type Survivable = 'machine' | 'zone';
export type OverloadPolicy = 'shed' | 'queue' | 'degrade';

export interface MachineShape {
  readonly name: string;
  readonly cores: SpecQuantity;
  readonly memory: SpecQuantity;
  readonly network: SpecQuantity;
  readonly disk: SpecQuantity;
  /** Speed of a core relative to a measured core; 1 where nothing is known. */
  readonly coreSpeed: SpecQuantity;
  /** Throughput of one hardware thread when its sibling is busy too, relative to a whole core; 1 where `cores` are physical. */
  readonly smtYield: SpecQuantity;
}

export interface Region {
  readonly name: string;
  readonly zones: readonly string[];
}

/** The six questions of the source. An absent answer is a finding of the plan, not an error. */
export interface TierAnswers {
  readonly scope?: 'global' | 'regional';
  readonly tenancy?: 'single-tenant' | 'multi-tenant';
  readonly guarantees?: {
    readonly availability?: SpecQuantity;
    readonly latency?: string;
    readonly throughput?: string;
    readonly consistency?: 'linearizable' | 'sequential' | 'causal' | 'read-your-writes' | 'eventual';
    /** What it keeps when the network is partitioned. Both at once does not exist and is an error. */
    readonly underPartition?: 'consistency' | 'availability';
    readonly durability?: string;
  };
  readonly identity?: {
    readonly authentication?: string;
    readonly authorization?: string;
    readonly audit?: string;
  };
  readonly billing?: string;
  readonly updates?: string;
}

/** A quantity that the user's `tiers:` section overrides or adds: a value or a formula, never both. */
export interface UserQuantity {
  readonly name: string;
  readonly unit?: string;
  readonly meaning?: string;
  readonly value?: SpecQuantity;
  /** The quantity as written (`5 ms`; of an uncertain one its `mid`), present with `value`. */
  readonly text?: string;
  /** In mathjs syntax. */
  readonly formula?: string;
  readonly writtenAt: { readonly file: string; readonly line: number; readonly column: number };
}

export interface TierSpec {
  readonly id: string;
  /** Present for a tier that the user adds. */
  readonly title?: string;
  /** Name of a machine shape; absent means the default shape. */
  readonly machine?: SpecValue<string>;
  readonly onOverload?: SpecValue<OverloadPolicy>;
  /** What the tier keeps when it cannot keep all. */
  readonly degradation?: SpecValue<DegradationChoice>;
  readonly answers: TierAnswers;
  readonly overrides: readonly UserQuantity[];
  /** Quantities of a tier that the user adds. */
  readonly quantities: readonly UserQuantity[];
  /** Name of the quantity that is the count of a tier that the user adds. */
  readonly count?: SpecValue<string>;
  readonly failover?: FailoverSpec;
  readonly data?: DataSpec;
  readonly observed?: ObservedSpec;
  readonly place: { readonly line: number; readonly column: number };
}

/** A checked `headroom.yaml` with its defaults filled in. */
export interface Spec {
  readonly schema: 'headroom/spec/v1';
  /** Path as shown to people; `built-in example` for the example. */
  readonly file: string;
  readonly name: string;
  /** Measurement file that the spec names, relative to it. */
  readonly measurement?: SpecValue<string>;
  readonly workload: {
    /** All users of the service. */
    readonly users: SpecQuantity;
    /** Peak request rate per region. */
    readonly peak: SpecQuantity;
    readonly traffic: TrafficSpec;
    readonly payload: SpecValue<PayloadMix>;
    /** Largest payload that is accepted. */
    readonly payloadMax: SpecQuantity;
    /** Extra demand above the peak that must be carried beyond the headroom; a ratio. */
    readonly surge: SpecQuantity;
    /** Growth of demand per year; a ratio. */
    readonly growth: SpecQuantity;
  };
  readonly objectives: {
    readonly availability: {
      readonly target: SpecQuantity;
      readonly window: SpecQuantity;
      /** Counted by the calendar instead of over the last `window`. */
      readonly calendar?: CalendarSpec;
      /** Largest chance that a window misses an objective that is accepted. */
      readonly missChance: SpecQuantity;
    };
    readonly latency: {
      /** Such as 0.99. */
      readonly percentile: SpecQuantity;
      readonly below: SpecQuantity;
      /** The objective holds for payloads up to this size. */
      readonly payloadBelow: SpecQuantity;
    };
    /** Chance that a stored record survives a year, such as 0.99999999999; absent where nothing is promised. */
    readonly durability?: SpecQuantity;
    /** How the error budget is divided over the tiers in the path of a request. */
    readonly split: SpecValue<SplitSpec>;
    /** Credits of the service-level agreement, from the mildest; absent where there is none. */
    readonly sla?: SpecValue<readonly CreditSpec[]>;
  };
  readonly policy: {
    /** Share of capacity kept free at the peak. */
    readonly headroom: SpecQuantity;
    readonly survive: SpecValue<readonly Survivable[]>;
    readonly onZoneLoss: SpecValue<OverloadPolicy>;
  };
  /** The first is the default shape. */
  readonly machines: readonly MachineShape[];
  readonly regions: SpecValue<readonly Region[]>;
  readonly tiers: readonly TierSpec[];
  /** How the machines of a tier share places; counts of one tier. */
  readonly placement: {
    readonly spread: SpecValue<'zones' | 'none'>;
    readonly machinesPerRack: SpecQuantity;
    readonly racksPerPower: SpecQuantity;
    readonly powersPerSwitch: SpecQuantity;
  };
  /** What is left out comes from the catalogue of published rates. */
  readonly failures: { readonly [L in FailureLevel]?: FailureSpec } & { readonly grey?: GreySpec };
  readonly causes: { readonly [K in CauseKind]?: CauseSpec } & {
    /** Outages of the whole service in a second, over which published shares of causes are spread. */
    readonly outages: SpecQuantity;
  };
  readonly dependencies?: SpecValue<Dependency>;
  /** What a mending costs, relative to one machine; and how soon a cause is seen once detection is mended. */
  readonly mending: {
    readonly spread: SpecQuantity;
    readonly stage: SpecQuantity;
    readonly shard: SpecQuantity;
    readonly detect: SpecQuantity;
    readonly detection: SpecQuantity;
  };
  readonly mitigation: MitigationSpec;
}
