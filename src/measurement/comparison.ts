/** CPU seconds of the second run over those of the first, with its interval over rounds. */
export interface Ratio {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export type ComparisonVerdict = 'regression' | 'improvement' | 'no regression' | 'inconclusive';

/** How two runs of the same job differ. */
export interface Comparison {
  readonly verdict: ComparisonVerdict;
  /** Relative slowdown that is allowed, such as 0.1. */
  readonly limit: number;
  /** Of the intervals. */
  readonly confidence: number;
  /** False where the runs' kernels cannot be compared: then the host's drift is in the ratios. */
  readonly calibrated: boolean;
  readonly mix: Ratio;
  /** Of the mix, without the calibration. */
  readonly uncalibrated: Ratio;
  readonly classes: readonly ({ readonly name: string } & Ratio)[];
  /** Versions that differ: what a difference may come from. */
  readonly changed: readonly { readonly name: string; readonly before: string; readonly after: string }[];
}
