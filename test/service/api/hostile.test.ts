import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UsageRecord } from '../../../service/contracts/usage.ts';
import { createMetrics } from '../../../service/shared/metrics.ts';
import { startWorker } from '../../../service/worker/start.ts';
import { buildResizeProcess } from '../worker/build.ts';
import { honest, hostileImages, isImageOf } from './hostile-images.ts';
import { hostileRequests } from './hostile-requests.ts';
import { createScope, embeddedQueue, queueConfig, runApi, silent } from './running-api.ts';

const scope = createScope();
const records: UsageRecord[] = [];
const workerMetrics = createMetrics('worker');
let api: Awaited<ReturnType<typeof runApi>>;
let image: Buffer;
let resizeProcess: string;
let before: readonly string[];

/** Above it a process is killed, where the worker sees it at one of its looks; none of the images comes near. */
const memoryBytes = 400_000_000;

/** The API with a real worker behind it, as small as the hostile would like it to be. */
beforeAll(async () => {
  const built = await buildResizeProcess();
  scope.defer(built.remove);
  resizeProcess = built.path;
  const queue = embeddedQueue(scope);
  const worker = await startWorker(
    {
      listen: { host: '127.0.0.1', port: 0 },
      processes: 1,
      jobsPerProcess: 1,
      deadline: 20,
      memoryBytes,
      drainTime: 5,
      usage: { url: 'embedded' },
      limits: { bodyBytes: 1e6, pixels: 5e7 },
      queue: queueConfig,
    },
    {
      queue,
      usageLog: { append: async (added) => void records.push(...added), close: async () => {} },
      logger: silent,
      metrics: workerMetrics,
      resizeProcess: built.path,
    },
  );
  scope.defer(() => worker.close());
  const sources = ['allowed.test'];
  api = await runApi(scope, { deadline: 30, sources, sourceTimeout: 1 }, { queue });
  image = await honest();
  before = resizeProcesses();
}, 60_000);
afterAll(() => scope.end());

/** Ids of the processes that run the built resize process, as the system sees them. */
function resizeProcesses(): readonly string[] {
  return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && commandOf(pid).includes(resizeProcess));
}

/** Empty where the process has ended meanwhile. */
function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** Bytes that a process held at most, since its start or since that was forgotten: also between anybody's looks. */
function peakBytes(pid: string | number): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

const workerValue = async (line: string) =>
  Number(
    (await workerMetrics.text())
      .split('\n')
      .find((each) => each.startsWith(`${line} `))
      ?.split(' ')[1],
  );

async function problemOf(answer: Response): Promise<string> {
  const text = await answer.text();
  const isProblem = (answer.headers.get('content-type') ?? '').startsWith('application/problem+json');
  return `${answer.status}${isProblem ? '' : ` without a problem: ${text.slice(0, 80)}`}`;
}

describe('hostile inputs', { timeout: 120_000 }, () => {
  it('are 200 and more, all different', async () => {
    const bodies = (await hostileImages()).map(([, body]) => body.toString('base64'));
    const requests = hostileRequests.map((each) => JSON.stringify(each));
    expect(bodies.length).toBeGreaterThanOrEqual(130);
    expect(new Set([...bodies, ...requests]).size).toBe(bodies.length + requests.length);
    expect(bodies.length + requests.length).toBeGreaterThanOrEqual(200);
  });

  it('are each refused with 4xx, while honest ones are served and memory stays bounded', async () => {
    const images = await hostileImages();
    // Forgets the peak of what came before, such as the making of the images.
    writeFileSync('/proc/self/clear_refs', '5');
    const atFirst = peakBytes(process.pid);
    const wrong: string[] = [];
    for (const [name, body] of images) {
      const answer = await problemOf(await api.post('/v1/resize?width=20', new Uint8Array(body)));
      if (!/^4\d\d$/.test(answer)) wrong.push(`${name}: ${answer}`);
    }
    expect(wrong).toEqual([]);
    const answer = await api.post('/v1/resize?width=20', new Uint8Array(image));
    expect(await isImageOf(20, Buffer.from(await answer.arrayBuffer()))).toBe(true);
    expect(records.map(({ outcome }) => outcome)).toEqual(['served']);
    expect(peakBytes(process.pid) - atFirst).toBeLessThan(200e6);
    expect(before).toHaveLength(1);
    for (const pid of before) expect(peakBytes(pid)).toBeLessThan(memoryBytes / 2);
  });

  it('end no process, for whatever reason', async () => {
    expect(resizeProcesses()).toEqual(before);
    for (const reason of ['crash', 'timeout', 'memory']) {
      expect(await workerValue(`headroom_worker_process_restarts_total{reason="${reason}"}`)).toBe(0);
    }
    expect((await api.queue.state()).setAside).toBe(0);
  });

  it('in parameters, headers and addresses are refused with 4xx before anything is queued', async () => {
    const published = (await api.queue.state()).published;
    const wrong: string[] = [];
    for (const { query, json, headers } of hostileRequests) {
      const asJson: Record<string, string> = json === undefined ? {} : { 'content-type': 'application/json' };
      const isFetched = query.includes('url=');
      const body = json ?? (isFetched ? undefined : new Uint8Array(image));
      const answer = await problemOf(await api.post(`/v1/resize?${query}`, body, { ...asJson, ...headers }));
      if (!/^4\d\d$/.test(answer)) wrong.push(`${query.slice(0, 80)} ${json?.slice(0, 80) ?? ''}: ${answer}`);
    }
    expect(wrong).toEqual([]);
    expect((await api.queue.state()).published).toBe(published);
  });
});
