import type { EmitInput, EmittedFile } from './types.ts';

/** Something wrong in an emitted tree, found before it is written. */
export interface Fault {
  /** Stable name of the check: `dangling-service`, `deadlines-nest`. */
  readonly check: string;
  readonly path: string;
  readonly line?: number;
  readonly message: string;
  readonly advice: string;
}

/** What a check said, or why it did not run: the engine that would read the file is not installed. */
export interface CheckResult {
  readonly check: string;
  readonly files: number;
  readonly faults: readonly Fault[];
  readonly skipped?: string;
}

/** What checks need beside the files. */
export interface CheckInput extends EmitInput {
  /** Folder of the schemas that come with headroom. */
  readonly schemas: string;
  /** Ask the engines that are on the PATH too, which takes seconds. */
  readonly engines: boolean;
}

/** A check of a whole tree. It must hold for every plan, so it reads the files and the plan, and knows no template. */
export type Check = (files: readonly EmittedFile[], input: CheckInput) => Promise<CheckResult>;
