import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { WorkerConfig } from '../../../service/shared/config-types.ts';
import { createLogger } from '../../../service/shared/log.ts';
import { createMetrics } from '../../../service/shared/metrics.ts';
import { openUsageLog } from '../../../service/usage/client.ts';
import { startUsage } from '../../../service/usage/start.ts';
import { queueConfig } from '../contracts/queue.ts';
import { usageConfig } from '../usage/support.ts';
import { buildResizeProcess } from './build.ts';
import { bomb, photograph, picture, svg } from './images.ts';
import { type ApiBehaviour, startWorld, type World } from './world.ts';

let built: Awaited<ReturnType<typeof buildResizeProcess>>;
let world: World;

beforeAll(async () => {
  built = await buildResizeProcess();
}, 30_000);
afterAll(() => built.remove());
afterEach(() => world.close());

const start = async (change: Partial<WorkerConfig> = {}, api: ApiBehaviour = {}) => {
  world = await startWorld(built.path, change, api);
};
const within = { timeout: 50_000, interval: 20 };
const untilSettled = () =>
  expect
    .poll(async () => {
      const { waiting, inFlight } = await world.state();
      return waiting + inFlight;
    }, within)
    .toBe(0);
/** Resize processes of this test, oldest first. */
const children = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(built.path);
      } catch {
        return false;
      }
    });
const jobs = (outcome: string) => world.metric(`headroom_worker_jobs_total{outcome="${outcome}"}`);
const residentBytes = 'headroom_worker_process_resident_bytes';
const restarts = (reason: string) =>
  world.metric(`headroom_worker_process_restarts_total{reason="${reason}"}`);
/** More than a second of work, at the slowest setting that a customer can ask for. */
const slow = { resize: { width: 3000, fit: 'inside', format: 'avif', quality: 100 } } as const;

describe('a worker', { timeout: 60_000 }, () => {
  it('resizes, hands the image in, logs the usage, and then lets go of the job', async () => {
    await start();
    const image = await photograph();
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    await world.publish('one', image, { traceparent, customer: 'acme' });
    await untilSettled();
    const [result] = world.results;
    const { width, height, format } = await sharp(result?.body).metadata();
    expect({ width, height, format }).toEqual({ width: 200, height: 150, format: 'jpeg' });
    expect(result?.headers).toMatchObject({
      'content-type': 'image/jpeg',
      'x-headroom-width': '200',
      'x-headroom-height': '150',
    });
    expect(result?.headers['traceparent']).toMatch(new RegExp(`^00-${'a'.repeat(32)}-`));
    const [record] = world.records;
    expect(record).toMatchObject({
      requestId: 'one',
      customer: 'acme',
      bytesIn: image.length,
      bytesOut: result?.body.length,
      pixels: 120_000,
      outcome: 'served',
    });
    expect(record?.cpuMicroseconds).toBe(Number(result?.headers['x-headroom-cpu-us']));
    expect(record?.cpuMicroseconds).toBeGreaterThan(500);
    expect(await world.state()).toMatchObject({ published: 1, acknowledged: 1 });
    expect(await jobs('done')).toBe(1);
    const cpu = await world.metric('headroom_worker_cpu_seconds_total{customer="acme"}');
    expect(cpu).toBeCloseTo((record?.cpuMicroseconds ?? 0) / 1e6, 9);
    expect(await world.metric('headroom_worker_resize_duration_seconds_count{format="jpeg"}')).toBe(1);
  });

  it('does all of many jobs once, over several processes', async () => {
    await start({ processes: 2 });
    const image = await photograph();
    for (let i = 0; i < 60; i++) await world.publish(`job-${i}`, image);
    await untilSettled();
    expect(new Set(world.results.map(({ id }) => id)).size).toBe(60);
    expect(world.results).toHaveLength(60);
    expect(world.records).toHaveLength(60);
    expect(await world.state()).toMatchObject({ published: 60, acknowledged: 60, setAside: 0, expired: 0 });
  });

  it('answers health checks and shows its metrics', async () => {
    await start();
    const { listen = '' } = world.worker.addresses;
    expect((await fetch(`${listen}/livez`)).status).toBe(200);
    expect((await fetch(`${listen}/readyz`)).status).toBe(200);
    expect(await (await fetch(`${listen}/metrics`)).text()).toContain('headroom_worker_processes 1\n');
  });

  it('refuses what is no image, and bills nothing for it', async () => {
    await start();
    await world.publish('svg', svg);
    await world.publish('bomb', bomb(60_000, 60_000));
    await world.publish('cut', (await photograph()).subarray(0, 4000));
    await untilSettled();
    expect(['svg', 'bomb', 'cut'].map(world.outcomeOf)).toEqual([
      'unsupported',
      'too-many-pixels',
      'corrupt',
    ]);
    expect(world.records).toEqual([]);
    expect(await jobs('refused')).toBe(3);
    expect(await restarts('crash')).toBe(0);
  });

  it('kills a process that takes too long, refuses the image, and goes on', async () => {
    await start({ deadline: 1 });
    const large = await picture(3000, 2000).jpeg({ quality: 90 }).toBuffer();
    await world.publish('slow', large, slow);
    await world.publish('next', await photograph());
    await untilSettled();
    expect(world.outcomeOf('slow')).toBe('too-slow');
    expect(world.outcomeOf('next')).toBe('done');
    expect(await jobs('timed_out')).toBe(1);
    expect(await restarts('timeout')).toBe(1);
    expect(await world.state()).toMatchObject({ acknowledged: 2, setAside: 0 });
  });

  it('tries a job again when its process was killed, and sets it aside the second time', async () => {
    await start();
    const large = await picture(3000, 2000).jpeg({ quality: 90 }).toBuffer();
    await world.publish('poison', large, slow);
    const killed: number[] = [];
    for (let death = 0; death < 2; death++) {
      // Looked at once: it has no name for the moment in which one program takes the place of another.
      let found: readonly number[] = [];
      const look = () => {
        found = children().filter((each) => !killed.includes(each));
        return found.length;
      };
      await expect.poll(look, within).toBe(1);
      const [pid = 0] = found;
      // It has begun with the image as soon as it has used more CPU than a start takes.
      const ticks = () => Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[13]);
      await expect.poll(ticks, within).toBeGreaterThan(60);
      process.kill(pid, 'SIGSEGV');
      killed.push(pid);
    }
    await untilSettled();
    await expect.poll(() => world.outcomeOf('poison'), within).toBe('crashed');
    expect(world.queue.aside()).toMatchObject([{ job: { id: 'poison' } }]);
    expect(await world.state()).toMatchObject({ published: 1, acknowledged: 0, setAside: 1 });
    expect(await jobs('crashed')).toBe(1);
    expect(await restarts('crash')).toBe(2);
    await world.publish('next', await photograph());
    await expect.poll(() => world.outcomeOf('next'), within).toBe('done');
  });

  it('starts a process again that has grown near its limit, after the image is done', async () => {
    await start();
    await world.publish('measured', await photograph(60, 40));
    await untilSettled();
    // What a process holds after such an image is below its limit, and above the share at which it is replaced.
    const memoryBytes = Math.round((await world.metric(residentBytes)) * 1.12);
    await world.close();
    await start({ memoryBytes });
    for (let i = 0; i < 3; i++) await world.publish(`job-${i}`, await photograph(60, 40));
    await untilSettled();
    expect(world.records).toHaveLength(3);
    await expect.poll(() => restarts('memory'), within).toBe(3);
    expect((await world.state()).setAside).toBe(0);
  });

  it('kills a process in which an image takes more memory than it may, and goes on', async () => {
    const memoryBytes = 300_000_000;
    await start({ memoryBytes, limits: { bodyBytes: 10_000_000, pixels: 100_000_000 } });
    // A few kilobytes that are 50 million pixels, to be coded whole: far more than a gigabyte.
    const resize = { width: 10_000, fit: 'inside', format: 'avif' } as const;
    await world.publish('hungry', bomb(10_000, 5000, true), { resize });
    let most = 0;
    const watch = setInterval(async () => {
      most = Math.max(most, (await world.metric(residentBytes)) || 0);
    }, 20);
    await expect.poll(() => world.outcomeOf('hungry'), within).toBe('crashed');
    clearInterval(watch);
    expect(await restarts('memory')).toBe(2);
    expect(await world.state()).toMatchObject({ setAside: 1 });
    // It was seen above its limit, and not for long.
    expect(most).toBeGreaterThan(memoryBytes);
    expect(most).toBeLessThan(2 * memoryBytes);
    await world.publish('next', await photograph());
    await expect.poll(() => world.outcomeOf('next'), within).toBe('done');
  });

  it('takes a result that is too large for the API server for a refusal, and bills nothing', async () => {
    let answers = 0;
    await start({}, { result: (_id, response) => response.writeHead(++answers === 1 ? 413 : 200).end() });
    await world.publish('large', await photograph());
    await untilSettled();
    expect(world.outcomeOf('large')).toBe('too-many-pixels');
    expect(world.records).toEqual([]);
    expect(await jobs('refused')).toBe(1);
    expect(await world.state()).toMatchObject({ acknowledged: 1, expired: 0 });
  });

  it('drops a job for which nobody waits any more, without working on it', async () => {
    await start();
    await world.publish('late', await photograph(), { deadlineAt: Date.now() - 1 });
    await untilSettled();
    expect(world.results).toEqual([]);
    expect(await world.state()).toMatchObject({ expired: 1, acknowledged: 0 });
  });

  it('drops a job whose API server does not know it any more', async () => {
    await start({}, { body: (_id, _request, response) => response.writeHead(410).end() });
    await world.publish('gone', await photograph());
    await untilSettled();
    expect(await world.state()).toMatchObject({ expired: 1 });
  });

  it('bills nobody for a result that nobody took', async () => {
    await start({}, { result: (_id, response) => response.writeHead(410).end() });
    await world.publish('unanswered', await photograph());
    await untilSettled();
    expect(world.records).toMatchObject([{ requestId: 'unanswered', outcome: 'unanswered' }]);
    expect(await world.state()).toMatchObject({ acknowledged: 1 });
  });

  it('tells a result that came too late from one that nobody wanted', async () => {
    await start({ deadline: 50 }, { result: (_id, response) => response.writeHead(410).end() });
    const image = await picture(1200, 900).jpeg().toBuffer();
    const resize = { width: 800, fit: 'inside', format: 'avif' } as const;
    // It must be begun before its deadline and done after; a busy machine may be late to begin, and is given longer.
    for (let allowed = 200; world.records.length === 0 && allowed < 10_000; allowed *= 2) {
      await world.publish(`late-${allowed}`, image, { resize, deadlineAt: Date.now() + allowed });
      await untilSettled();
    }
    expect(world.records).toMatchObject([{ outcome: 'late' }]);
  });

  it('asks an API server again that fails for a moment', async () => {
    let calls = 0;
    await start({}, { result: (_id, response) => response.writeHead(++calls < 3 ? 503 : 200).end() });
    await world.publish('again', await photograph());
    await untilSettled();
    expect(calls).toBe(3);
    expect(world.records).toMatchObject([{ outcome: 'served' }]);
  });

  it('bills a job that another one has handed in, and does not do it again', async () => {
    const served = { finishedAt: 5, bytesIn: 10, bytesOut: 20, pixelsIn: 30, cpuMicroseconds: 40 };
    await start(
      {},
      { body: (_id, _request, response) => response.writeHead(208).end(JSON.stringify(served)) },
    );
    await world.publish('served', await photograph(), { customer: 'acme' });
    await untilSettled();
    const { pixelsIn: pixels, ...rest } = served;
    expect(world.records).toMatchObject([
      { requestId: 'served', customer: 'acme', outcome: 'served', pixels, ...rest },
    ]);
    expect(world.results).toEqual([]);
    expect(await world.state()).toMatchObject({ acknowledged: 1, expired: 0 });
  });

  it.each(['wait', 'poll'] as const)(
    'asks what became of an image (%s) whose receipt it never saw, and bills it once, even late',
    async (mode) => {
      const served = { finishedAt: 5, bytesIn: 10, bytesOut: 20, pixelsIn: 30, cpuMicroseconds: 40 };
      const image = await photograph();
      await start(
        {},
        {
          body: (_id, _request, response) => {
            if (world.results.length === 0) response.writeHead(200).end(image);
            else response.writeHead(208).end(JSON.stringify(served));
          },
          // It takes the image, and is cut off before it can say so.
          result: (_id, response) => response.socket?.destroy(),
        },
      );
      await world.publish('unsure', image, { mode, deadlineAt: Date.now() + 2000 });
      await untilSettled();
      expect(world.records).toMatchObject([{ requestId: 'unsure', outcome: 'served', cpuMicroseconds: 40 }]);
      expect(await world.state()).toMatchObject({ acknowledged: 1, expired: 0, setAside: 0 });
    },
  );

  it('gives a job back whose polling customer has an API server that is down', async () => {
    await start();
    const nowhere = 'http://127.0.0.1:1/';
    await world.publish('down', await photograph(), { mode: 'poll', bodyUrl: nowhere });
    await world.publish('gone', await photograph(), { mode: 'wait', bodyUrl: nowhere });
    await expect.poll(async () => (await world.state()).expired, within).toBe(1);
    await expect
      .poll(() => world.metric('headroom_queue_messages_redelivered_total'), within)
      .toBeGreaterThan(0);
    expect(await world.state()).toMatchObject({ acknowledged: 0, setAside: 0 });
  });

  it('refuses a body that is larger than it says it may be', async () => {
    await start({ limits: { bodyBytes: 1000, pixels: 1_000_000 } });
    await world.publish('large', await photograph());
    await untilSettled();
    expect(world.outcomeOf('large')).toBe('unsupported');
  });

  it('lets go of no job while the usage log takes no record, and keeps the job meanwhile', async () => {
    await start({ queue: { ...queueConfig, ackWait: 0.6 } });
    world.breakLog(true);
    await world.publish('unlogged', await photograph());
    await expect.poll(() => world.results.length, within).toBe(1);
    // Longer than the queue would wait for a worker that says nothing.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(await world.state()).toMatchObject({ acknowledged: 0, inFlight: 1 });
    world.breakLog(false);
    await untilSettled();
    expect(world.records).toHaveLength(1);
    expect(world.results).toHaveLength(1);
    expect(await world.metric('headroom_queue_messages_redelivered_total')).toBe(0);
  });

  it('sets a job aside whose usage record no log can take, with the record, and bills the others', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'headroom-worker-'));
    const quiet = createLogger('usage', 'silent');
    const usage = await startUsage(usageConfig(folder), { logger: quiet, metrics: createMetrics('usage') });
    const usageLog = openUsageLog(usage.addresses['listen'] ?? '');
    const lines: string[] = [];
    const logger = createLogger('worker', 'error', { write: (line: string) => void lines.push(line) });
    try {
      world = await startWorld(built.path, {}, {}, { usageLog, logger });
      const image = await photograph(16, 12);
      await world.publish('before', image);
      await world.publish('unbillable', image, { customer: 'x'.repeat(300) });
      await world.publish('after', image);
      await untilSettled();
      const books = { published: 3, acknowledged: 2, setAside: 1, expired: 0 };
      await expect.poll(() => world.state(), within).toMatchObject(books);
      expect(world.queue.aside()).toMatchObject([
        {
          job: { id: 'unbillable' },
          reason: expect.stringMatching(/^its usage record is invalid: .*customer/),
        },
      ]);
      expect(await jobs('unbilled')).toBe(1);
      expect(await jobs('done')).toBe(2);
      const told = lines.map((line) => JSON.parse(line)).filter(({ record }) => record !== undefined);
      expect(told).toMatchObject([
        { record: { requestId: 'unbillable', outcome: 'served', bytesIn: image.length } },
      ]);
    } finally {
      await usageLog.close();
      await usage.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('goes on while the log is slow to take a record, and stops where it takes none', async () => {
    await start();
    world.breakLog(true);
    const image = await photograph(16, 12);
    for (let i = 0; i < 100; i++) await world.publish(`job-${i}`, image);
    // One process: three places for jobs, and 64 whose images are handed in and whose records are not.
    await expect.poll(async () => (await world.state()).inFlight, within).toBe(67);
    await expect.poll(() => world.results.length, within).toBe(67);
    expect(await world.state()).toMatchObject({ waiting: 33, acknowledged: 0 });
    world.breakLog(false);
    await expect.poll(async () => (await world.state()).acknowledged, within).toBe(100);
    expect(world.records).toHaveLength(100);
  });

  it('finishes what it has when it drains, and leaves the rest in the queue', async () => {
    await start();
    const image = await photograph(1200, 900);
    for (let i = 0; i < 20; i++) await world.publish(`job-${i}`, image);
    await expect.poll(() => world.results.length, within).toBeGreaterThan(0);
    await world.worker.drain();
    const { acknowledged, waiting, inFlight } = await world.state();
    expect(inFlight).toBe(0);
    expect(acknowledged + waiting).toBe(20);
    expect(acknowledged).toBe(world.records.length);
    expect(waiting).toBeGreaterThan(0);
    expect(children()).toEqual([]);
    await expect(fetch(`${world.worker.addresses['listen']}/livez`)).rejects.toThrow();
  });

  it('hands back what takes longer than it may take to drain', async () => {
    await start({ drainTime: 0.3 });
    const large = await picture(3000, 2000).jpeg({ quality: 90 }).toBuffer();
    await world.publish('slow', large, slow);
    await expect.poll(async () => (await world.state()).inFlight, within).toBe(1);
    await world.worker.drain();
    expect(await world.state()).toMatchObject({ waiting: 1, inFlight: 0, acknowledged: 0, setAside: 0 });
    expect(await jobs('handed_back')).toBe(1);
    expect(children()).toEqual([]);
  });

  it('hands back jobs whose usage a hung log does not take, when its time to drain is over', async () => {
    await start({ drainTime: 0.3 });
    world.hangLog();
    const image = await photograph(16, 12);
    for (let i = 0; i < 5; i++) await world.publish(`job-${i}`, image);
    await expect.poll(() => world.results.length, within).toBe(5);
    await world.worker.drain();
    expect(await world.state()).toMatchObject({ waiting: 5, inFlight: 0, acknowledged: 0, setAside: 0 });
    expect(await jobs('handed_back')).toBe(5);
  });

  it('gives its processes no secret of its own', async () => {
    process.env['HEADROOM_TEST_SECRET'] = 'do not pass on';
    try {
      await start();
      await expect.poll(() => children().length, within).toBe(1);
      const environment = readFileSync(`/proc/${children()[0]}/environ`, 'utf8');
      expect(environment).toContain('PATH=');
      expect(environment).not.toContain('do not pass on');
    } finally {
      delete process.env['HEADROOM_TEST_SECRET'];
    }
  });
});
