import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { cacheFolder } from './cache-folder.ts';
import { closedLoop } from './closed-loop.ts';
import { syntheticCorpus } from './corpus-cache.ts';
import { defaultJob } from './resize.ts';
import { createResizer } from './resizer.ts';

const passes = 5;

/** Nanoseconds: long enough to start a job, shorter than any job takes, so that the loop ends after one. */
const oneJob = 1_000_000n;

/**
 * Compares the loop of the benchmark, with its clocks and records, with a bare call of the library: the same image by
 * turns, so that other work on the machine hits both alike. Prints images per second of the bare call, and the median
 * ratio of the two over all pairs.
 */
async function main(): Promise<void> {
  const corpus = await syntheticCorpus({ seed: 1, cacheFolder: cacheFolder() });
  const images = corpus.classes.flatMap((each) => each.images).map(({ path }) => readFileSync(path));
  const resizer = createResizer(images, defaultJob, 1);
  const bench = (image: number) =>
    timed((from) =>
      closedLoop({ kind: 'loop', sequence: [image], start: 0, from, until: from + oneJob }, resizer),
    );
  const { width, quality } = defaultJob;
  const bare = (image: number) =>
    timed(() =>
      sharp(images[image]).resize({ width, withoutEnlargement: true }).jpeg({ quality }).toBuffer(),
    );
  const ratios: number[] = [];
  let seconds = 0;
  for (let turn = 0; turn < passes * images.length; turn++) {
    const image = turn % images.length;
    // Which one goes first alternates, so that what the first leaves in the caches favours neither.
    const benchFirst = (turn + Math.floor(turn / images.length)) % 2 === 0;
    const first = await (benchFirst ? bench : bare)(image);
    const second = await (benchFirst ? bare : bench)(image);
    const [plain, measured] = benchFirst ? [second, first] : [first, second];
    ratios.push(plain / measured);
    seconds += plain;
  }
  process.stdout.write(`${JSON.stringify({ bare: ratios.length / seconds, ratio: median(ratios) })}\n`);
}

async function timed(work: (from: bigint) => Promise<unknown>): Promise<number> {
  const from = process.hrtime.bigint();
  await work(from);
  return Number(process.hrtime.bigint() - from) / 1e9;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] as number;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
