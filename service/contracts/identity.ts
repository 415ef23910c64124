/** What the service must know about the owner of a key to serve a request. */
export interface Identity {
  readonly keyId: string;
  readonly customer: string;
  /** SHA-256 of the key's secret, hexadecimal; secrets have 256 bits, so a slow hash adds nothing. */
  readonly secretHash: string;
  readonly plan: string;
  readonly quota: Quota;
  /** Set where the key was revoked or the customer blocked. */
  readonly revoked: boolean;
  /** Number of the change in the management plane that wrote it; a replica never goes back. */
  readonly version: number;
}

export interface Quota {
  /** Requests in a calendar month (UTC); usage is known late, so the bound is soft by the staleness of usage. */
  readonly requestsPerMonth: number;
  /** Requests per second of one API server. */
  readonly requestsPerSecond: number;
}

/** How far a replica is: it has every change up to `version`, and the feed said so last at `at`. */
export interface Position {
  readonly version: number;
  /** Unix milliseconds on the clock of the feed, which renews it several times within the replication lag. */
  readonly at: number;
}

/** What a replica says of a key. */
export interface Found {
  /** Undefined for an unknown key. */
  readonly identity: Identity | undefined;
  /** Read before the identity, which is therefore at least as new. Undefined where the replica lost its data. */
  readonly position: Position | undefined;
}

/** The data plane: read on a miss of the edge cache, written by the management plane's feed alone. */
export interface IdentityStore {
  /** Throws IdentityUnavailable where no replica answered within the timeout. */
  find(keyId: string): Promise<Found>;
  /** Writes unless the store already has this version or a newer one. */
  put(identities: readonly Identity[]): Promise<void>;
  /** Removes what has a lower version than this: after a full copy of that version, what the database does not have. */
  removeBelow(version: number): Promise<void>;
  /** Names the data that it has now: another name once it lost them, or restarted and may have lost the last of them. */
  generation(): Promise<string>;
  /** Undefined when empty. */
  position(): Promise<Position | undefined>;
  /** Never goes back. Throws where the replica is of another generation by now: what was put before is not there. */
  setPosition(version: number, at: number, generation: string): Promise<void>;
  close(): Promise<void>;
}

export class IdentityUnavailable extends Error {
  override readonly name = 'IdentityUnavailable';
}

/** A key as customers send it: `hr_<keyId>_<secret>` in `Authorization: Bearer`. */
export const keyPattern = /^hr_([a-z0-9]{16})_([A-Za-z0-9_-]{43})$/;

/** What the edge cache answers; refused where nothing may be served any more. */
export type Authentication =
  | { readonly kind: 'known'; readonly identity: Identity; readonly stale: boolean }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'unavailable' };

/** The edge cache inside the API role: bounded, with negative entries, and stale entries while the data plane is away. */
export interface Authenticator {
  /** Looks a presented key up and compares its secret in constant time. Never throws. */
  authenticate(presentedKey: string): Promise<Authentication>;
  close(): Promise<void>;
}
