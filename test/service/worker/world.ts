import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Job } from '../../../service/contracts/job.ts';
import type { QueueState } from '../../../service/contracts/queue.ts';
import type { RunningRole } from '../../../service/contracts/role.ts';
import type { UsageLog, UsageRecord } from '../../../service/contracts/usage.ts';
import { createEmbeddedQueue, type EmbeddedQueue } from '../../../service/queue/embedded-queue.ts';
import type { WorkerConfig } from '../../../service/shared/config-types.ts';
import { createLogger, type Logger } from '../../../service/shared/log.ts';
import { createMetrics, type Metrics } from '../../../service/shared/metrics.ts';
import { startWorker } from '../../../service/worker/start.ts';
import { jobNamed, queueConfig } from '../contracts/queue.ts';

/** What an API server was told about a job. */
export interface Result {
  readonly id: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** How the stand-in for an API server answers. */
export interface ApiBehaviour {
  body?: (id: string, request: IncomingMessage, response: ServerResponse) => void;
  result?: (id: string, response: ServerResponse) => void;
}

/** A worker with its surroundings: a queue, a usage log in memory, and an API server's internal address. */
export interface World {
  readonly worker: RunningRole;
  readonly queue: EmbeddedQueue;
  readonly metrics: Metrics;
  readonly results: readonly Result[];
  readonly records: readonly UsageRecord[];
  /** Makes the usage log fail, or not. */
  breakLog(broken: boolean): void;
  /** Makes the usage log say nothing from now on. */
  hangLog(): void;
  publish(id: string, image: Buffer, change?: Partial<Job>): Promise<void>;
  /** The refusal of a job, or `done`. */
  outcomeOf(id: string): string | undefined;
  state(): Promise<QueueState>;
  /** The value of a line of the metrics, by everything before the number. */
  metric(line: string): Promise<number>;
  close(): Promise<void>;
}

export const workerConfig: WorkerConfig = {
  listen: { host: '127.0.0.1', port: 0 },
  processes: 1,
  jobsPerProcess: 1,
  deadline: 20,
  memoryBytes: 2_000_000_000,
  drainTime: 10,
  usage: { url: 'embedded' },
  limits: { bodyBytes: 10_000_000, pixels: 50_000_000 },
  queue: queueConfig,
};

export async function startWorld(
  resizeProcess: string,
  change: Partial<WorkerConfig> = {},
  api: ApiBehaviour = {},
  given: { readonly usageLog?: UsageLog; readonly logger?: Logger } = {},
): Promise<World> {
  const config = { ...workerConfig, ...change };
  const images = new Map<string, Buffer>();
  const results: Result[] = [];
  const records: UsageRecord[] = [];
  let isBroken = false;
  let isHung = false;
  const server = createServer(async (request, response) => {
    const [, kind, id = ''] = (request.url ?? '').split('/');
    if (kind === 'bodies') {
      if (api.body) return api.body(id, request, response);
      const image = images.get(id);
      response.writeHead(image ? 200 : 404).end(image);
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    results.push({ id, headers: request.headers, body: Buffer.concat(chunks) });
    if (api.result) return api.result(id, response);
    response.writeHead(200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const logger = given.logger ?? createLogger('worker', 'silent');
  const metrics = createMetrics('worker');
  const queue = createEmbeddedQueue(config.queue, { logger, metrics });
  const usageLog: UsageLog = given.usageLog ?? {
    append: async (added) => {
      if (isBroken) throw new Error('no space left on device');
      if (isHung) return new Promise(() => {});
      records.push(...added);
    },
    close: async () => {},
  };
  const worker = await startWorker(config, { queue, usageLog, logger, metrics, resizeProcess });
  return {
    worker,
    queue,
    metrics,
    results,
    records,
    breakLog: (broken) => {
      isBroken = broken;
    },
    hangLog: () => {
      isHung = true;
    },
    publish: (id, image, difference) => {
      images.set(id, image);
      const addresses = { bodyUrl: `${base}/bodies/${id}`, resultUrl: `${base}/results/${id}` };
      return queue.publish(jobNamed(id, { bodyBytes: image.length, ...addresses, ...difference }));
    },
    outcomeOf: (id) => {
      const result = results.findLast((each) => each.id === id);
      if (result?.headers['content-type'] !== 'application/json') return result && 'done';
      return (JSON.parse(result.body.toString()) as { refused: string }).refused;
    },
    state: () => queue.state(),
    metric: async (line) => {
      const found = (await metrics.text()).split('\n').find((each) => each.startsWith(`${line} `));
      return Number(found?.slice(line.length) ?? Number.NaN);
    },
    close: async () => {
      await worker.close();
      await queue.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
