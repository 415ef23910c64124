import type { WindowNoise } from './cpu-accounting.ts';
import type { LoopResult, PassResult } from './protocol.ts';

/** What one round measured on a single core. */
export interface SingleCoreRound {
  readonly noise: WindowNoise;
  readonly disturbed: boolean;
  /** By class, in the order of the corpus. */
  readonly classes: readonly PassResult[];
  /** By cost target. */
  readonly targets: readonly PassResult[];
}

/** One saturation window. */
export interface LoopRound {
  readonly processes: number;
  readonly seconds: number;
  readonly noise: WindowNoise;
  readonly disturbed: boolean;
  /** One a process. */
  readonly workers: readonly LoopResult[];
}

/** Everything that one round measured. A round that was interrupted has fewer loops. */
export interface BenchRound {
  readonly single: SingleCoreRound;
  readonly loops: readonly LoopRound[];
}
