import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { closedLoop } from './closed-loop.ts';
import { cpuSeconds, createKernel } from './kernel.ts';
import { measurePass } from './measure-pass.ts';
import { peakMemory } from './peak-memory.ts';
import type { LoadResult, Reply, Request } from './protocol.ts';
import { createResizer, type Resizer } from './resizer.ts';

/** After so many runs the compiler has settled on the kernel's code. */
const kernelWarmUps = 30;

/** Main module of a worker process: resizes what the parent asks for, and answers with the times. */
function main(): void {
  const kernel = createKernel();
  let resizer: Resizer | undefined;

  const answer = async (request: Request) => {
    if (request.kind === 'load') {
      const images = request.paths.map((path) => readFileSync(path));
      resizer = createResizer(images, request.job, request.plant);
      for (let i = 0; i < kernelWarmUps; i++) kernel();
      const { vips, sharp: own, ...codecs } = sharp.versions;
      return { versions: { ...codecs, libvips: vips, sharp: own ?? 'unknown' } } as LoadResult;
    }
    if (!resizer) throw new Error('nothing is loaded yet');
    return request.kind === 'pass' ? measurePass(request, resizer, kernel) : closedLoop(request, resizer);
  };

  process.on('message', (request: Request) => {
    answer(request).then(
      (result) => send({ usage: usage(), result }),
      (error: unknown) =>
        send({ usage: usage(), error: error instanceof Error ? error.message : String(error) }),
    );
  });
  // A terminal sends Ctrl-C to the whole group; the parent decides what it keeps and then ends its workers.
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit(0));
}

function usage(): Reply['usage'] {
  return { cpuSeconds: cpuSeconds(), peakRssBytes: peakMemory() };
}

function send(reply: Reply): void {
  process.send?.(reply);
}

main();
