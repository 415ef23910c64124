import type { Change } from './changes.ts';
import type { CheckResult } from './checks.ts';

/** What an emission did or would do. */
export interface Emission {
  readonly changes: readonly Change[];
  readonly checks: readonly CheckResult[];
  /** Edited files because of which nothing was written. */
  readonly conflicts: readonly string[];
  /** Objectives that the plan misses, because of which nothing was written. */
  readonly missed: readonly string[];
  readonly wrote: boolean;
  /** A run was killed while it wrote the folder, and this one may only look: nothing was compared. */
  readonly halfWritten: boolean;
  /** Unified difference, where it was asked for. */
  readonly difference?: string;
}
