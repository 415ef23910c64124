import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKernel } from '../../bench/kernel.ts';
import { measurePass } from '../../bench/measure-pass.ts';
import { createResizer, type Resizer } from '../../bench/resizer.ts';
import { workerPath } from '../../bench/worker-path.ts';
import { startWorker, WorkerFailure } from '../../bench/worker-process.ts';
import type { Job } from '../../src/measurement/types.ts';
import { buildWorker } from './worker.ts';

const job: Job = { width: 100, format: 'jpeg', quality: 80 };
let folder: string;
let built: Awaited<ReturnType<typeof buildWorker>>;
let paths: string[];
const running: { kill(): void }[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-worker-'));
  built = await buildWorker();
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  const image = await sharp({
    create: { width: 400, height: 300, channels: 3, background: '#808080', noise },
  })
    .jpeg()
    .toBuffer();
  paths = ['good.jpg', 'good2.jpg', 'broken.jpg'].map((name) => join(folder, name));
  for (const path of paths) writeFileSync(path, path.endsWith('broken.jpg') ? 'not an image' : image);
});
afterAll(() => {
  for (const worker of running) worker.kill();
  for (const each of [folder, built.folder]) rmSync(each, { recursive: true });
});

async function start(options: { plant?: number; timeout?: number } = {}) {
  const worker = startWorker(built.path, options.timeout ?? 60);
  running.push(worker);
  const loaded = await worker.load({ paths, job, plant: options.plant ?? 1 });
  return { worker, loaded };
}

describe('a worker process', () => {
  it('records every call of a pass, with its times and bytes, and runs the kernel beside them', async () => {
    const { worker, loaded } = await start();
    const { calls, kernel } = await worker.pass({ images: [0, 1], passes: 3 });
    expect(calls.map((call) => call.image)).toEqual([0, 1, 0, 1, 0, 1]);
    for (const call of calls) {
      expect(call.wall).toBeGreaterThan(0);
      expect(call.cpu).toBeGreaterThan(0);
      expect(call.bytesOut).toBeGreaterThan(100);
    }
    expect(kernel.length).toBeGreaterThanOrEqual(2);
    expect(kernel.every((seconds) => seconds > 0)).toBe(true);
    expect(loaded.versions).toMatchObject({ sharp: '0.35.5', libvips: expect.stringMatching(/^8\./) });
    expect(worker.usage.cpuSeconds).toBeGreaterThan(calls.reduce((sum, call) => sum + call.cpu, 0));
    expect(worker.usage.peakRssBytes).toBeGreaterThan(30e6);
  });

  it('reports its own peak memory, not that of the process which started it', async () => {
    const large = Buffer.alloc(500e6, 1);
    const { worker } = await start();
    expect(large.at(-1)).toBe(1);
    expect(process.memoryUsage().rss).toBeGreaterThan(500e6);
    expect(worker.usage.peakRssBytes).toBeGreaterThan(30e6);
    expect(worker.usage.peakRssBytes).toBeLessThan(400e6);
  });

  it('resizes to another width when the cost model asks', async () => {
    const { worker } = await start();
    const bytes = async (width?: number) => {
      const request = { images: [0], passes: 1, ...(width === undefined ? {} : { width }) };
      return (await worker.pass(request)).calls[0]?.bytesOut ?? 0;
    };
    expect(await bytes(200)).toBeGreaterThan(2 * (await bytes()));
  });

  it('reports an image that cannot be resized instead of waiting for ever, and goes on', async () => {
    const { worker } = await start();
    await expect(worker.pass({ images: [0, 2], passes: 2 })).rejects.toThrow(/unsupported image format/i);
    expect((await worker.pass({ images: [1], passes: 1 })).calls).toHaveLength(1);
    await expect(worker.pass({ images: [99], passes: 1 })).rejects.toThrow('image 99 is not one');
  });

  it('keeps one job in flight in a closed loop until the moment has come', async () => {
    const { worker } = await start();
    const from = process.hrtime.bigint();
    const { jobs, cpu } = await worker.loop({ sequence: [0, 1], start: 1, from, until: from + 200_000_000n });
    expect(jobs.length).toBeGreaterThan(2);
    expect(jobs.slice(0, 3).map((each) => each.image)).toEqual([1, 0, 1]);
    for (const [i, each] of jobs.entries()) {
      expect(each.end).toBeGreaterThan(each.start);
      expect(each.start).toBeGreaterThanOrEqual(jobs[i - 1]?.end ?? 0);
    }
    expect(jobs.at(-1)?.start).toBeLessThan(0.2);
    expect(jobs.at(-1)?.end).toBeGreaterThanOrEqual(0.2);
    expect(cpu).toBeGreaterThan(0);
  });

  it('is ended when it does not answer in time', async () => {
    const { worker } = await start({ timeout: 1 });
    const from = process.hrtime.bigint();
    const hour = worker.loop({ sequence: [0], start: 0, from, until: from + 3_600_000_000_000n });
    await expect(hour).rejects.toThrow(/did not answer a loop request within 1 s/);
    await expect(worker.pass({ images: [0], passes: 1 })).rejects.toThrow(WorkerFailure);
  });

  it('fails by name where its program is missing', async () => {
    const worker = startWorker(join(folder, 'no-such-program.cjs'), 30);
    running.push(worker);
    await expect(worker.load({ paths, job, plant: 1 })).rejects.toThrow('ended before it answered');
  });
});

describe('a pass', () => {
  it('is driven by the benchmark library for exactly as many calls as images times passes', async () => {
    let calls = 0;
    const resizer: Resizer = {
      resize: async (image) => {
        calls += 1;
        await new Promise((resolve) => setTimeout(resolve, 2));
        return { image, wall: 0.002, cpu: 0.001, bytesOut: 1 };
      },
    };
    const kernel = createKernel();
    const result = await measurePass({ kind: 'pass', images: [4, 5, 6], passes: 4 }, resizer, kernel);
    expect(calls).toBe(12);
    expect(result.calls.map((call) => call.image)).toEqual([4, 5, 6, 4, 5, 6, 4, 5, 6, 4, 5, 6]);
    expect(result.kernel).toHaveLength(7);
  });

  it('ends with the error of a call that throws before it waits', async () => {
    const resizer: Resizer = {
      resize: () => {
        throw new Error('thrown at once');
      },
    };
    const request = { kind: 'pass', images: [0], passes: 1 } as const;
    await expect(measurePass(request, resizer, () => 0.001)).rejects.toThrow('thrown at once');
  });
});

describe('the planted slowdown', () => {
  it('repeats real resizes until the wanted factor of work is done', async () => {
    const image = await sharp(paths[0]).toBuffer();
    const work = async (plant: number) => {
      const resizer = createResizer([image], { ...job, width: 300 }, plant);
      for (let i = 0; i < 5; i++) await resizer.resize(0);
      let cpu = 0;
      for (let i = 0; i < 40; i++) cpu += (await resizer.resize(0)).cpu;
      return cpu;
    };
    const [plain, doubled] = [await work(1), await work(3)];
    expect(doubled / plain).toBeGreaterThan(1.8);
  });
});

describe('the path of the worker', () => {
  it("is what the environment says, else the product's, found upward from the module", () => {
    expect(workerPath('/anywhere/x.js', { HEADROOM_BENCH_WORKER: '/my/worker.cjs' })).toBe('/my/worker.cjs');
    expect(() => workerPath(join(folder, 'a', 'b.js'), {})).toThrow('build headroom first');
  });
});
