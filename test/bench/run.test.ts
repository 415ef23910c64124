import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Corpus } from '../../bench/corpus.ts';
import { syntheticCorpus } from '../../bench/corpus-cache.ts';
import { type BenchOptions, type BenchProgress, NothingMeasured, runBench } from '../../bench/run.ts';
import { readMeasurement } from '../../src/measurement/read.ts';
import { buildWorker } from './worker.ts';

let folder: string;
let built: Awaited<ReturnType<typeof buildWorker>>;
let corpus: Corpus;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-run-'));
  built = await buildWorker();
  corpus = await syntheticCorpus({
    seed: 1,
    cacheFolder: folder,
    recipe: {
      classes: [
        { name: '8 kB', share: 0.75, bytes: 8_000, width: 280, height: 210 },
        { name: '32 kB', share: 0.25, bytes: 32_000, width: 600, height: 450 },
      ],
      images: 2,
      progressive: 1,
    },
  });
});
afterAll(() => {
  for (const each of [folder, built.folder]) rmSync(each, { recursive: true });
});

const run = (more: Partial<BenchOptions> = {}) =>
  runBench({
    job: { width: 160, format: 'jpeg', quality: 80 },
    mode: 'quick',
    seconds: 1,
    corpus,
    seed: 1,
    workerPath: built.path,
    headroomVersion: '0.1.0',
    ...more,
  });

/** Aborts at the given step of the progress. */
function abortAt(step: number) {
  const controller = new AbortController();
  const onProgress = ({ done }: BenchProgress) => {
    if (done >= step) controller.abort();
  };
  return { signal: controller.signal, onProgress };
}

describe('a run of the benchmark', () => {
  it('gives a complete measurement that its own reader accepts', async () => {
    const steps: BenchProgress[] = [];
    const measurement = await run({ onProgress: (progress) => steps.push(progress) });
    expect(readMeasurement(JSON.stringify(measurement), 'm.json')).toEqual(measurement);
    expect(measurement).toMatchObject({ complete: true, mode: 'custom' });
    expect(measurement.rounds).toHaveLength(5);
    const [small, large] = measurement.classes;
    expect(large?.cpuSeconds.value).toBeGreaterThan(small?.cpuSeconds.value ?? 0);
    expect(measurement.mix.cpuSeconds.value).toBeCloseTo(
      0.75 * (small?.cpuSeconds.value ?? 0) + 0.25 * (large?.cpuSeconds.value ?? 0),
      2,
    );
    expect(measurement.classes.map((c) => c.progressive)).toEqual([0.5, 0.5]);
    expect(measurement.saturation.points[0]?.processes).toBe(1);
    expect(measurement.environment.versions).toMatchObject({
      node: process.versions.node,
      headroom: '0.1.0',
    });
    expect(measurement.memory.peakRssBytes).toBeGreaterThan(30e6);
    expect('refused' in measurement.costModel).toBe(false);
    expect(steps.at(-1)).toMatchObject({ remainingSeconds: 0 });
    expect(steps.at(-1)?.done).toBe(steps.at(-1)?.total);
    expect(steps.map((s) => s.done)).toEqual([...steps.keys()]);
  }, 120_000);

  it('keeps the rounds before an interruption, marked incomplete', async () => {
    const perRound =
      1 +
      (await import('../../bench/schedule.ts')).chooseProcessCounts(
        (await import('node:os')).availableParallelism(),
      ).length;
    const measurement = await run(abortAt(perRound + 2));
    expect(measurement.complete).toBe(false);
    expect(measurement.rounds).toHaveLength(2);
    expect(measurement.trust.verdict).toBe('untrusted');
    expect(readMeasurement(JSON.stringify(measurement), 'm.json')).toEqual(measurement);
  }, 60_000);

  it('has nothing to keep when it is interrupted before the first round', async () => {
    await expect(run(abortAt(0))).rejects.toThrow(NothingMeasured);
    await expect(run({ signal: AbortSignal.abort() })).rejects.toThrow(NothingMeasured);
  }, 60_000);

  it('passes on the failure of a resize', async () => {
    const [first, ...rest] = corpus.classes;
    if (!first) throw new Error('no class');
    const images = first.images.map((image) => ({ ...image, path: built.path }));
    const broken = { ...corpus, classes: [{ ...first, images }, ...rest] };
    await expect(run({ corpus: broken })).rejects.toThrow(/unsupported image format/i);
  }, 60_000);
});
