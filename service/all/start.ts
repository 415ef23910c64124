import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { destination } from 'pino';
import type { HeldJobs } from '../api/held-jobs.ts';
import { startApi } from '../api/start.ts';
import type { RunningRole } from '../contracts/role.ts';
import { createAuthenticator } from '../identity/authenticator.ts';
import { createMemoryStore } from '../identity/memory-store.ts';
import { checkRole } from '../launch/check-role.ts';
import { startInOrder, startWith } from '../launch/closers.ts';
import { openQueue } from '../queue/open.ts';
import { ConfigInvalid, checkConfig, readConfig } from '../shared/config.ts';
import type { ServiceConfig } from '../shared/config-types.ts';
import { createLogger, type Logger } from '../shared/log.ts';
import { createMetrics } from '../shared/metrics.ts';
import { startWorker } from '../worker/start.ts';
import { startBackOffice } from './back-office.ts';
import { banner } from './banner.ts';
import { defaultConfig } from './defaults.ts';
import { createLocalApi } from './local-api.ts';
import type { Whole } from './offices.ts';

export interface AllOptions {
  /** Instead of the defaults; must have every section. */
  readonly config?: string;
  /** Folder for everything that is kept. */
  readonly data?: string;
  readonly port?: number;
  /** Where people are told; stdout unless told. */
  readonly tell?: (text: string) => void;
}

/** Starts the whole service: this process, its resize processes and its back office. Tells how to use it. */
export async function startAll(options: AllOptions): Promise<{ role: RunningRole; logger: Logger }> {
  const { tell = (text: string) => void process.stdout.write(text) } = options;
  const data = resolve(options.data ?? 'headroom-data');
  await mkdir(data, { recursive: true, mode: 0o700 });
  const surroundings = { data, port: options.port ?? 8080, cores: availableParallelism() };
  const given = options.config ? await readConfig(options.config) : checkConfig(defaultConfig(surroundings));
  const config = whole(given);
  await checkRole('all', config, options.config);
  const file = destination(join(data, 'log.ndjson'));
  const loggerOf = (role: string) => createLogger(role, config.logLevel, file);
  const role = await startWith(({ keep }) => compose(config, { data, loggerOf, tell, keep }));
  return { role, logger: loggerOf('all') };
}

interface Surroundings {
  readonly data: string;
  readonly loggerOf: (role: string) => Logger;
  readonly tell: (text: string) => void;
  readonly keep: <T extends { close(): Promise<void> }>(opened: T) => T;
}

/** The process that serves: API, queue and worker. The rest is in the back office. */
async function compose(config: Whole, { data, loggerOf, tell, keep }: Surroundings): Promise<RunningRole> {
  const apiMetrics = createMetrics('api', { objectiveBelow: config.api.objective.below });
  const workerMetrics = createMetrics('worker');
  const replica = keep(createMemoryStore());
  const queue = keep(
    await openQueue(config.api.queue, { logger: loggerOf('queue'), metrics: workerMetrics }),
  );
  const authenticator = keep(
    createAuthenticator(config.api.identity, replica, { logger: loggerOf('api'), metrics: apiMetrics }),
  );
  return startInOrder(async (started) => {
    const office = started(await startBackOffice(config, { data, logger: loggerOf('all'), replica, tell }));
    let held: HeldJobs | undefined;
    const worker = started(
      await startWorker(config.worker, {
        ...{ logger: loggerOf('worker'), metrics: workerMetrics },
        ...{ queue, usageLog: office.log, apiServers: createLocalApi(() => held) },
      }),
    );
    const api = started(
      await startApi(config.api, {
        ...{ logger: loggerOf('api'), metrics: apiMetrics },
        ...{ queue, authenticator, usageStore: office.store },
      }),
    );
    held = api.held;
    const addresses = {
      api: api.addresses['listen'] ?? '',
      'api internal': api.addresses['internalListen'] ?? '',
      worker: worker.addresses['listen'] ?? '',
      ...office.addresses,
    };
    tell(banner({ addresses, processes: config.worker.processes, key: office.key, data }));
    return addresses;
  });
}

function whole(config: ServiceConfig): Whole {
  const { api, worker, identity, usage, billing } = config;
  if (api && worker && identity && usage && billing)
    return { ...config, api, worker, identity, usage, billing };
  const missing = Object.entries({ api, worker, identity, usage, billing }).filter(([, section]) => !section);
  throw new ConfigInvalid(missing.map(([path]) => ({ path, message: 'missing; the role all needs it' })));
}
