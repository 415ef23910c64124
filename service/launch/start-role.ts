import type { RunningRole } from '../contracts/role.ts';
import { ConfigInvalid } from '../shared/config.ts';
import type { ServiceConfig } from '../shared/config-types.ts';
import type { Logger } from '../shared/log.ts';
import { createMetrics } from '../shared/metrics.ts';
import type { LaunchArguments } from './arguments.ts';
import { startWith } from './closers.ts';

/**
 * Starts one role from its section of the config, with the stores and the queue that its addresses name. A role is
 * loaded only where it is started: none needs the libraries of the others.
 */
export async function startRole(
  role: Exclude<LaunchArguments['role'], 'all'>,
  config: ServiceConfig,
  logger: Logger,
): Promise<RunningRole> {
  return starters[role](config, logger);
}

type Starter = (config: ServiceConfig, logger: Logger) => Promise<RunningRole>;

const starters: Readonly<Record<Exclude<LaunchArguments['role'], 'all'>, Starter>> = {
  api: (config, logger) =>
    startWith(async ({ keep }) => {
      const api = sectionOf(config, 'api');
      const { openQueue } = await import('../queue/open.ts');
      const { createAuthenticator } = await import('../identity/authenticator.ts');
      const { openIdentityStore } = await import('../identity/open-store.ts');
      const { startApi } = await import('../api/start.ts');
      const metrics = createMetrics('api', { objectiveBelow: api.objective.below });
      const queue = keep(await openQueue(api.queue, { logger, metrics }));
      const store = keep(await openIdentityStore(api.identity, { logger, metrics }));
      const authenticator = keep(createAuthenticator(api.identity, store, { logger, metrics }));
      const usage = api.usage && keep((await import('../usage/store.ts')).openUsageStore(api.usage.store));
      return startApi(api, {
        ...{ logger, metrics, queue, authenticator },
        ...(usage ? { usageStore: usage } : {}),
      });
    }),
  worker: (config, logger) =>
    startWith(async ({ keep }) => {
      const worker = sectionOf(config, 'worker');
      const { openQueue } = await import('../queue/open.ts');
      const { openUsageLog } = await import('../usage/client.ts');
      const { startWorker } = await import('../worker/start.ts');
      const metrics = createMetrics('worker');
      const usageLog = keep(openUsageLog(worker.usage.url));
      const queue = keep(await openQueue(worker.queue, { logger, metrics }));
      return startWorker(worker, { logger, metrics, queue, usageLog });
    }),
  identity: async (config, logger) => {
    const { startIdentity } = await import('../identity/start.ts');
    return startIdentity(sectionOf(config, 'identity'), { logger, metrics: createMetrics('identity') });
  },
  keeper: async (config, logger) => {
    const { startKeeper } = await import('../identity/keeper.ts');
    return startKeeper(sectionOf(config, 'identity'), { logger, metrics: createMetrics('identity') });
  },
  usage: async (config, logger) => {
    const { startUsage } = await import('../usage/start.ts');
    return startUsage(sectionOf(config, 'usage'), { logger, metrics: createMetrics('usage') });
  },
  billing: async (config, logger) => {
    const { startBilling } = await import('../billing/start.ts');
    return startBilling(sectionOf(config, 'billing'), { logger, metrics: createMetrics('billing') });
  },
};

/** The section of a role. Throws ConfigInvalid where it is missing. */
export function sectionOf<K extends Exclude<LaunchArguments['role'], 'all' | 'keeper'>>(
  config: ServiceConfig,
  role: K,
) {
  const section = config[role];
  if (section === undefined) throw new ConfigInvalid([{ path: role, message: 'missing' }]);
  return section;
}
