import { readSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { type Answer, imageDescriptor, type Order, ready, type Task } from './protocol.ts';
import { prepareLibrary, resizeImage } from './resize-image.ts';

/** Main module of a resize process: one image after another, each with the CPU time that it took. */
function main(): void {
  prepareLibrary();
  const images = createReader();
  process.on('message', ({ bytes, ...order }: Order) => {
    void answer({ ...order, image: images.read(bytes) });
  });
  // A signal to the whole group is for the worker, which drains and then ends its processes.
  process.on('SIGTERM', () => {});
  process.on('SIGINT', () => {});
  // The worker is gone. A resize that runs would hold up an orderly exit, for ever if it hangs.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.send?.(ready);
}

async function answer(task: Task): Promise<void> {
  const before = process.cpuUsage();
  const begin = performance.now();
  const resized = await resizeImage(task);
  const { user, system } = process.cpuUsage(before);
  const message: Answer = {
    resized,
    cpuMicroseconds: user + system,
    seconds: (performance.now() - begin) / 1000,
    residentBytes: process.memoryUsage.rss(),
  };
  process.send?.(message);
}

/** Reads images one after another into a buffer that is kept. There is nothing else to do until an image is here. */
function createReader(): { read(bytes: number): Buffer } {
  let buffer = Buffer.allocUnsafeSlow(1_000_000);
  return {
    read: (bytes) => {
      if (bytes > buffer.length) buffer = Buffer.allocUnsafeSlow(bytes);
      for (let at = 0; at < bytes; ) {
        const read = readSync(imageDescriptor, buffer, at, bytes - at, null);
        if (read === 0) process.kill(process.pid, 'SIGKILL');
        at += read;
      }
      return buffer.subarray(0, bytes);
    },
  };
}

main();
