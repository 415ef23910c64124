import { readSync, writeSync, writevSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { frameStart, prefixBytes, readPrefix } from './frames.ts';
import { type Answer, type AnswerHead, frameDescriptor, type Order, type Task } from './protocol.ts';
import { prepareLibrary, resizeImage } from './resize-image.ts';

/** Main module of a resize process: one image after another, each with the CPU time that it took. */
async function main(): Promise<void> {
  prepareLibrary();
  // A signal to the whole group is for the worker, which drains and then ends its processes.
  process.on('SIGTERM', () => {});
  process.on('SIGINT', () => {});
  // The worker is gone. A resize that runs would hold up an orderly exit, for ever if it hangs.
  process.on('disconnect', die);
  const tasks = createTaskReader();
  write(frameStart({}, 0));
  for (;;) send(await work(tasks.next()));
}

async function work(task: Task): Promise<Answer> {
  const before = process.cpuUsage();
  const begin = performance.now();
  const resized = await resizeImage(task);
  const { user, system } = process.cpuUsage(before);
  return {
    resized,
    cpuMicroseconds: user + system,
    seconds: (performance.now() - begin) / 1000,
    residentBytes: process.memoryUsage.rss(),
  };
}

function send({ resized, ...rest }: Answer): void {
  if (resized.kind === 'refused') {
    write(frameStart({ ...rest, resized } satisfies AnswerHead, 0));
    return;
  }
  const { image, ...about } = resized;
  write(frameStart({ ...rest, resized: about } satisfies AnswerHead, image.length), image);
}

/** Both at once, so that the worker wakes up once. */
function write(start: Buffer, image: Uint8Array = Buffer.alloc(0)): void {
  let written = writevSync(frameDescriptor, [start, image]);
  while (written < start.length) written += writeSync(frameDescriptor, start, written);
  for (let at = written - start.length; at < image.length; ) at += writeSync(frameDescriptor, image, at);
}

/**
 * Reads tasks one after another, images into a buffer that is kept. It blocks the process: there is nothing else to
 * do until a task is here.
 */
function createTaskReader(): { next(): Task } {
  let buffer = Buffer.allocUnsafeSlow(1_000_000);
  const fill = (bytes: number): Buffer => {
    if (bytes > buffer.length) buffer = Buffer.allocUnsafeSlow(bytes);
    for (let at = 0; at < bytes; ) {
      const read = readSync(frameDescriptor, buffer, at, bytes - at, null);
      if (read === 0) die();
      at += read;
    }
    return buffer.subarray(0, bytes);
  };
  return {
    next: () => {
      const [head, image] = readPrefix(fill(prefixBytes));
      const order = JSON.parse(fill(head).toString('utf8')) as Order;
      return { ...order, image: fill(image) };
    },
  };
}

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

void main();
