import type { Job } from '../src/measurement/types.ts';

/** What the parent asks of a worker process; one request at a time. */
export type Request =
  | { readonly kind: 'load'; readonly paths: readonly string[]; readonly job: Job; readonly plant: number }
  | PassRequest
  | LoopRequest;

/** Resize some images one after the other, `passes` times over, driven by the benchmark library. */
export interface PassRequest {
  readonly kind: 'pass';
  /** Indices into the loaded images. */
  readonly images: readonly number[];
  readonly passes: number;
  /** Another width than the job's, for the cost model. */
  readonly width?: number;
}

/** Resize images in a closed loop, one in flight, until a moment. */
export interface LoopRequest {
  readonly kind: 'loop';
  /** Indices into the loaded images, walked round and round. */
  readonly sequence: readonly number[];
  readonly start: number;
  /** Nanoseconds of `process.hrtime.bigint()`, which all processes of a machine share. */
  readonly from: bigint;
  readonly until: bigint;
}

/** One resize. Times in seconds. */
export interface Call {
  readonly image: number;
  readonly wall: number;
  readonly cpu: number;
  readonly bytesOut: number;
}

export interface LoadResult {
  readonly versions: Readonly<Record<string, string>>;
}

export interface PassResult {
  readonly calls: readonly Call[];
  /** CPU seconds of each run of the calibration kernel. */
  readonly kernel: readonly number[];
}

export interface LoopResult {
  /** Start and end in seconds after `from`. */
  readonly jobs: readonly {
    readonly image: number;
    readonly start: number;
    readonly end: number;
    /** CPU seconds. */
    readonly cpu: number;
  }[];
  readonly cpu: number;
}

/**
 * Every answer says what the process has used so far, so that the parent can tell its own work from others'.
 */
export interface Usage {
  readonly cpuSeconds: number;
  readonly peakRssBytes: number;
}

export type Reply = { readonly usage: Usage } & (
  | { readonly result: LoadResult | PassResult | LoopResult }
  | { readonly error: string }
);
