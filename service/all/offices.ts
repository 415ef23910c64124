import type { IdentityStore } from '../contracts/identity.ts';
import type { UsageRecord, UsageTotal } from '../contracts/usage.ts';
import type { ServiceConfig } from '../shared/config-types.ts';

/** All sections: what `serve all` runs with. */
export type Whole = Required<ServiceConfig>;

/** What a started back office tells. */
export interface OfficeStarted {
  readonly identity: string;
  readonly usage: string;
  /** Undefined where the first key is not known any more. */
  readonly key?: string;
}

/** What the back office answers: identity management, usage and billing, away from the process that serves. */
export interface BackOffice {
  start(config: Whole, data: string): Promise<OfficeStarted>;
  append(records: readonly UsageRecord[]): Promise<void>;
  total(customer: string, from: number, to: number): Promise<UsageTotal>;
  /** Ends all three roles, with what they have to ship. */
  drain(): Promise<void>;
}

/** What the front office answers: it holds the data plane, and tells people. */
export interface FrontOffice extends Omit<IdentityStore, 'close'> {
  tell(text: string): Promise<void>;
}
