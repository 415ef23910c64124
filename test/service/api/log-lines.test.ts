import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { WorkerConfig } from '../../../service/shared/config-types.ts';
import { createLogger } from '../../../service/shared/log.ts';
import { createMetrics } from '../../../service/shared/metrics.ts';
import { startWorker } from '../../../service/worker/start.ts';
import { buildResizeProcess } from '../worker/build.ts';
import { workerConfig } from '../worker/world.ts';
import { honest } from './hostile-images.ts';
import { createScope, embeddedQueue, eventually, runApi } from './running-api.ts';

const suite = createScope();
let resizeProcess: string;
let image: Uint8Array<ArrayBuffer>;
beforeAll(async () => {
  const built = await buildResizeProcess();
  suite.defer(built.remove);
  resizeProcess = built.path;
  image = new Uint8Array(await honest());
}, 60_000);
afterAll(() => suite.end());

type Line = Readonly<Record<string, unknown>>;
let lines: Line[] = [];
beforeEach(() => {
  lines = [];
});

const trace = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${trace}-b7ad6b7169203331-01`;

/** An API server and a worker, whose lines from a level on are kept. */
async function run(level: string, change: Partial<WorkerConfig> = {}) {
  const logger = (role: string) =>
    createLogger(role, level, { write: (line: string) => void lines.push(JSON.parse(line) as Line) });
  const scope = createScope();
  suite.defer(() => scope.end());
  const queue = embeddedQueue(scope);
  const usageLog = { append: async () => {}, close: async () => {} };
  const worker = await startWorker(
    { ...workerConfig, ...change },
    { queue, usageLog, logger: logger('worker'), metrics: createMetrics('worker'), resizeProcess },
  );
  scope.defer(() => worker.close());
  return runApi(scope, {}, { queue, logger: logger('api') });
}

const of = (role: string, reqId: string | null) =>
  lines.filter((line) => line['role'] === role && line['reqId'] === reqId);

describe('the lines of a request', () => {
  it('have its id, its job’s and its trace’s, in the API server and in the worker', async () => {
    const api = await run('debug');
    const answer = await api.post('/v1/resize?width=20', image, { traceparent });
    expect(answer.status).toBe(200);
    const id = answer.headers.get('x-request-id');
    await eventually(() => expect(of('worker', id)).toHaveLength(1));
    expect(of('api', id)).toHaveLength(1);
    expect(of('api', id)[0]).toMatchObject({ level: 'debug', trace, job: expect.stringMatching(/^a\./) });
    const { job } = of('api', id)[0] ?? {};
    expect(of('worker', id)[0]).toMatchObject({ level: 'debug', trace, job, outcome: 'done' });
  }, 60_000);

  it('are there for what goes wrong in a worker, also where only warnings are kept', async () => {
    const api = await run('warn', { deadline: 0.001 });
    const answer = await api.post('/v1/resize?width=20', image, { traceparent });
    expect(answer.status).toBe(422);
    const id = answer.headers.get('x-request-id');
    await eventually(() => expect(of('worker', id)).toHaveLength(1));
    expect(of('worker', id)[0]).toMatchObject({ level: 'warn', trace, outcome: 'timed_out' });
  }, 60_000);
});
