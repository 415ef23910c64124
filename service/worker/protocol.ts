import type { Outcome, ResizeRequest } from '../contracts/job.ts';

/** What the worker asks of a resize process: one image at a time. */
export interface Task {
  readonly image: Uint8Array;
  readonly resize: ResizeRequest;
  /** Most pixels that may be decoded. */
  readonly pixels: number;
}

/**
 * A task as it is sent: the image itself goes through a pipe of its own, from the buffer that it came in to the buffer
 * that it is decoded from. As part of a message it would be copied three times more.
 */
export type Order = Omit<Task, 'image'> & { readonly bytes: number };

/** The pipe of images, in the resize process. */
export const imageDescriptor = 4;

/** What a resize process found out about an image. */
export type Resized = Omit<Extract<Outcome, { kind: 'done' }>, 'cpuMicroseconds'> | RefusedImage;
export type RefusedImage = Extract<Outcome, { kind: 'refused' }>;

/** The answer to a task. The first message of a process is `ready`, and no answer. */
export interface Answer {
  readonly resized: Resized;
  /** CPU time of the process for this task, all of its threads, in microseconds. */
  readonly cpuMicroseconds: number;
  /** Wall time, in seconds. */
  readonly seconds: number;
  /** Resident memory after the task, in bytes. */
  readonly residentBytes: number;
}

export const ready = 'ready';
