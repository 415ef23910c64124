/** Raw records for those who may ask years later: write once, locked until the retention ends. */
export interface ColdStore {
  /**
   * Writes an object, whole or not at all. The same key with the same bytes is no change; with other bytes it throws
   * ObjectLocked. `retainUntil` (Unix milliseconds) locks it; leave it out for the landing area.
   */
  put(key: string, bytes: Uint8Array, options?: { readonly retainUntil?: number }): Promise<void>;
  /** Throws ObjectMissing. */
  get(key: string): Promise<Uint8Array>;
  /** Keys that begin with the prefix, in order. */
  list(prefix: string): Promise<readonly ColdObject[]>;
  /** Throws ObjectLocked before its retention ends. No error where it is gone already. */
  remove(key: string): Promise<void>;
  close(): Promise<void>;
}

export interface ColdObject {
  readonly key: string;
  readonly bytes: number;
  /** SHA-256, hexadecimal. */
  readonly hash?: string;
  readonly retainUntil?: number;
}

export class ObjectLocked extends Error {
  override readonly name = 'ObjectLocked';
}

export class ObjectMissing extends Error {
  override readonly name = 'ObjectMissing';
}

export class ColdStoreUnavailable extends Error {
  override readonly name = 'ColdStoreUnavailable';
}
