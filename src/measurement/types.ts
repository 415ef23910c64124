/** A figure with its interval over rounds (rounds, not samples, are the unit of replication). */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Of the interval, such as 0.95. */
  readonly confidence: number;
  readonly rounds: number;
}

/** What was resized, to what. Two measurements compare only if their jobs are equal. */
export interface Job {
  readonly width: number;
  readonly height?: number;
  readonly format: 'jpeg' | 'webp' | 'avif' | 'png';
  readonly quality: number;
  readonly effort?: number;
}

/** Service time in seconds. p999 only with at least 3,000 samples of the class. */
export interface Distribution {
  /**
   * `wall`: timed in windows that nothing disturbed. `cpu`: every window was disturbed, so these are CPU seconds
   * per call, which survive a busy machine; never silently mixed.
   */
  readonly basis: 'wall' | 'cpu';
  readonly samples: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999?: number;
  readonly max: number;
  readonly coefficientOfVariation: number;
}

/** One size class of the corpus, measured on one core. */
export interface ClassMeasurement {
  readonly name: string;
  /** Share of requests in the mix, 0 to 1; all classes add up to 1. */
  readonly share: number;
  readonly images: number;
  /** Means over the images of the class. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly width: number;
  readonly height: number;
  /** Share of images that are progressive JPEG. */
  readonly progressive: number;
  /** CPU seconds per image (user + system of the process). The unit of sizing. */
  readonly cpuSeconds: Estimate;
  readonly serviceTime: Distribution;
  /**
   * Cores that one job keeps busy where it may: above 1 where the library's helper threads work too; 1 where
   * that is unknown.
   */
  readonly coresPerJob: number;
}

export interface SaturationPoint {
  readonly processes: number;
  /**
   * Images of the mix per second, closed loop, one job in flight per process. Absent when every round was
   * disturbed.
   */
  readonly throughput?: Estimate;
  /** What the disturbed rounds gave: to be shown with that label, never to size from. */
  readonly disturbedThroughput?: number;
  readonly cpuSecondsPerImage: number;
  /** Seconds. Absent when every round was disturbed. */
  readonly p99?: number;
  /** Rounds left out because other work disturbed them. */
  readonly disturbedRounds: number;
}

/** Universal Scalability Law over processes, or why it was not fitted. */
export type Scaling =
  | {
      readonly kind: 'fitted';
      readonly lambda: Estimate;
      readonly sigma: Estimate;
      readonly kappa: Estimate;
    }
  | { readonly kind: 'refused'; readonly reason: string };

/** CPU seconds = base + perByteIn * bytes + perPixelDecoded * pixels + perPixelOut * pixels. */
export interface CostModel {
  readonly base: number;
  readonly perByteIn: number;
  readonly perPixelDecoded: number;
  readonly perPixelOut: number;
  /** Relative, over the fitted classes. */
  readonly meanError: number;
  readonly worstError: number;
  readonly points: number;
  /** The fitted points, in seconds of CPU. */
  readonly residuals?: readonly {
    readonly bytesIn: number;
    readonly pixelsDecoded: number;
    readonly pixelsOut: number;
    readonly measured: number;
    readonly predicted: number;
  }[];
  /** Where the fit holds. */
  readonly domain: {
    readonly bytesIn: readonly [number, number];
    readonly pixelsDecoded: readonly [number, number];
    readonly pixelsOut: readonly [number, number];
    readonly format: Job['format'];
  };
}

export interface Trust {
  readonly verdict: 'trusted' | 'limited' | 'untrusted';
  /** Each reason with what to do about it; empty when trusted. */
  readonly reasons: readonly { readonly code: string; readonly message: string; readonly advice: string }[];
}

export interface Environment {
  readonly cpuModel: string;
  readonly logicalCores: number;
  readonly physicalCores?: number;
  readonly threadsPerCore?: number;
  /** Cores that the cgroup allows, where it has a quota. */
  readonly cgroup?: {
    readonly version: 1 | 2;
    readonly quotaCores?: number;
    readonly throttledPeriods?: number;
  };
  /** Cores that the benchmark may really use: affinity and quota together. */
  readonly usableCores: number;
  /** CPU that the single-core figures were measured on alone, where the platform can pin a process. */
  readonly pinnedTo?: number;
  readonly governor?: string;
  readonly allocator: string;
  readonly memoryBytes: number;
  /** Of the last minute before the run. */
  readonly loadAverage: number;
  /** Just before the run, with nothing of ours running. */
  readonly before?: { readonly otherCpu: number; readonly steal: number };
  /** Mean over the run, in cores: CPU of processes that are not ours. */
  readonly otherCpu: number;
  /** Share of CPU time stolen by the hypervisor during the run. */
  readonly steal: number;
  readonly versions: Readonly<Record<'node' | 'sharp' | 'libvips' | 'headroom', string>> &
    Readonly<Record<string, string>>;
  readonly platform: string;
}

/** What one round saw: the unit of replication, and what `bench compare` resamples. */
export interface Round {
  /** Other work, steal or throttling was above its limit: the wall figures of this round are not used. */
  readonly disturbed: boolean;
  /** Cores taken by processes that are not ours. */
  readonly otherCpu: number;
  readonly steal: number;
  readonly throttledPeriods: number;
  /** By class name: CPU seconds per image. */
  readonly cpuSeconds: Readonly<Record<string, number>>;
  /**
   * By class name: CPU seconds of a fixed piece of work that does not use the library, timed around the class.
   */
  readonly kernelSeconds: Readonly<Record<string, number>>;
}

/** The file that `headroom bench` writes and `headroom plan` reads. Changes only add. */
export interface Measurement {
  readonly schema: 'headroom/measurement/v1';
  /** Identifies the run: ISO time of its start. */
  readonly run: string;
  /** False after an interruption; the plan refuses it unless told. */
  readonly complete: boolean;
  readonly durationSeconds: number;
  readonly mode: 'quick' | 'default' | 'custom';
  readonly job: Job;
  readonly corpus: {
    readonly kind: 'synthetic' | 'directory';
    readonly hash: string;
    /** Over the mix. */
    readonly meanBytes: number;
    readonly maxBytes: number;
    readonly images: number;
    /** Share of the mix that is progressive JPEG. */
    readonly progressive: number;
    readonly seed?: number;
  };
  readonly environment: Environment;
  readonly classes: readonly ClassMeasurement[];
  /** Over the mix, weighted by share. */
  readonly mix: {
    readonly cpuSeconds: Estimate;
    readonly serviceTime: Distribution;
    readonly bytesOut: number;
    readonly coresPerJob: number;
  };
  readonly saturation: {
    readonly points: readonly SaturationPoint[];
    /**
     * Throughput with all usable cores over (cores x throughput of one process); 1 is linear. Absent without
     * undisturbed rounds.
     */
    readonly efficiency?: Estimate;
    readonly scaling: Scaling;
  };
  readonly costModel: CostModel | { readonly refused: string };
  readonly memory: { readonly peakRssBytes: number };
  /** The kernel that `kernelSeconds` timed: name and version, so that only like is compared with like. */
  readonly kernel: string;
  readonly rounds: readonly Round[];
  readonly trust: Trust;
}
