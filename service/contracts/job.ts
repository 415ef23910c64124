/** What the customer asks of an image. Lengths in pixels; quality 1 to 100, where the format has one. */
export interface ResizeRequest {
  readonly width?: number;
  readonly height?: number;
  readonly fit: 'cover' | 'contain' | 'fill' | 'inside' | 'outside';
  readonly format: 'jpeg' | 'webp' | 'avif' | 'png';
  readonly quality?: number;
}

/** A job as the queue carries it: a reference, never the bytes, which stay with the API server that took them. */
export interface Job {
  /** Unique over all API servers, the key by which everything is deduplicated; `requestId` of its usage record. */
  readonly id: string;
  readonly customer: string;
  readonly resize: ResizeRequest;
  /** Internal address of the body: GET gives the bytes. */
  readonly bodyUrl: string;
  /** Internal address for the outcome: see `Outcome`. */
  readonly resultUrl: string;
  readonly bodyBytes: number;
  /** Unix milliseconds. */
  readonly acceptedAt: number;
  /** Unix milliseconds after which nobody waits for the result any more. */
  readonly deadlineAt: number;
  /** Whether the customer polls (the body and the result are kept on the disk of the API server) or waits. */
  readonly mode: 'wait' | 'poll';
  /** W3C trace context, so that a trace crosses the queue. */
  readonly traceparent?: string;
  /** Was published before, maybe too long ago for its id to be remembered: the queue looks what it knows of it. */
  readonly again?: true;
  /** `x-request-id` of the HTTP request that brought it, for logs. */
  readonly reqId?: string;
}

/**
 * What a job was served with. A worker may be killed after the API server took the image and before its usage record
 * is safe; the job is then delivered to another one, which asks for the body. GET on `bodyUrl` answers 208 with this
 * as JSON, so that the image is billed and not done again. It answers 410 where nobody wants the job any more.
 */
export interface Served {
  /** Unix milliseconds. */
  readonly finishedAt: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly pixelsIn: number;
  readonly cpuMicroseconds: number;
}

/** Why an image was refused: the image's fault, so the customer gets 4xx, and no other worker need try. */
export type RefusalCode = 'unsupported' | 'corrupt' | 'too-many-pixels' | 'animated' | 'too-slow' | 'crashed';

/**
 * What a worker tells the API server about a job, as PUT on `resultUrl`.
 *
 * A done job has the image as the body and these headers: `content-type`, `x-headroom-width`, `x-headroom-height`,
 * `x-headroom-cpu-us`, `x-headroom-pixels-in`. A refused one has `content-type: application/json` and `{refused: RefusalCode, detail}`.
 * The API server answers 200 when somebody waits or will poll (also a second time for the same job, so that a
 * redelivered job ends the same way), and 410 when the deadline has passed or it does not know the job.
 */
export type Outcome =
  | {
      readonly kind: 'done';
      readonly image: Uint8Array;
      readonly contentType: string;
      readonly width: number;
      readonly height: number;
      /** CPU time of the process that resized, in microseconds. */
      readonly cpuMicroseconds: number;
      /** Decoded pixels of the original. */
      readonly pixelsIn: number;
    }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly detail: string };
