import type { Outcome, ResizeRequest } from '../contracts/job.ts';

/** What the worker asks of a resize process: one image at a time. */
export interface Task {
  readonly image: Uint8Array;
  readonly resize: ResizeRequest;
  /** Most pixels that may be decoded. */
  readonly pixels: number;
}

/** A task as the head of a frame; the image is behind it. */
export type Order = Omit<Task, 'image'>;

/**
 * The pipe on which frames go both ways, in the resize process. The channel that comes with a forked process would
 * copy each image three times more; it stays open without a message, to tell the process when the worker is gone.
 */
export const frameDescriptor = 4;

/** Largest result, in bytes: what API servers take. */
export const mostResultBytes = 67_108_864;

/** What a resize process found out about an image. */
export type Resized = Omit<Extract<Outcome, { kind: 'done' }>, 'cpuMicroseconds'> | RefusedImage;
export type RefusedImage = Extract<Outcome, { kind: 'refused' }>;

/** The answer to a task. The first frame of a process has no answer: it is ready. */
export interface Answer {
  readonly resized: Resized;
  /** CPU time of the process for this task, all of its threads, in microseconds. */
  readonly cpuMicroseconds: number;
  /** Wall time, in seconds. */
  readonly seconds: number;
  /** Resident memory after the task, in bytes. */
  readonly residentBytes: number;
}

type WithoutImage<T> = T extends unknown ? Omit<T, 'image'> : never;

/** An answer as the head of a frame; the image, where there is one, is behind it. */
export type AnswerHead = Omit<Answer, 'resized'> & { readonly resized: WithoutImage<Resized> };
