import { join } from 'node:path';
import {
  type RunningEngine,
  type ServiceName,
  type StartOptions,
  startEngine,
} from '../engines/engine-start.ts';
import { type Keepers, prepareKeepers } from '../engines/keepers.ts';
import type { Ground } from './ground.ts';
import type { Machine } from './network.ts';
import { until } from './processes.ts';

export interface Engines {
  readonly queue: RunningEngine;
  readonly redis: RunningEngine;
  /** The third node is the one with a disk and a machine of its own. */
  readonly cassandra: RunningEngine;
  readonly keepers: Keepers;
  readonly coldStorage: RunningEngine;
}

/** A third of the plan's, so that drills are short; the rules between them are the same. */
const keeperTimes = { detectionTime: 4, fencingTime: 2, promotionTime: 8, renewInterval: 0.5 };
/** Of the management plane without changes, in seconds. */
export const failoverTime = keeperTimes.detectionTime + keeperTimes.promotionTime;

/** Starts an engine that ends with the drills. */
export type Start = (name: ServiceName, options: StartOptions) => Promise<RunningEngine>;

export function startsEngines(onStop: (stop: () => Promise<void>) => void): Start {
  return async (name, options) => {
    const started = await startEngine(name, options);
    onStop(started.stop);
    return started;
  };
}

export async function startEngines(
  ground: Ground,
  start: Start,
  onStop: (stop: () => Promise<void>) => void,
): Promise<Engines> {
  const { folder, host, machine, network } = ground;
  const settled = await Promise.allSettled([
    start('nats', {
      ...at([machine('queue-1'), machine('queue-2'), machine('queue-3')]),
      ...{ nodes: 3, folder: join(folder, 'queue') },
    }),
    start('redis', { ...at([machine('identity-data')]), config: 'maxmemory-policy noeviction' }),
    start('cassandra', {
      // On loopback, where there are no machines, each node chooses an address of its own.
      ...(network ? at([{ host }, machine('batch-store-2'), machine('batch-store-3')]) : {}),
      ...{ nodes: 3, folder: join(folder, 'batch-store') },
    }),
    start('versitygw', at([{ host }])),
  ]);
  const [queue, redis, cassandra, coldStorage] = settled.map((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  }) as [RunningEngine, RunningEngine, RunningEngine, RunningEngine];
  const keepers = await prepareKeepers(queue.address, keeperTimes, [
    { ...machine('database-one'), folder: ground.folderOn('database-one') },
    { ...machine('database-two'), folder: ground.folderOn('database-two') },
  ]);
  onStop(keepers.stop);
  keepers.start('one');
  await until('there is a primary', async () => (await keepers.state('one'))?.role === 'primary');
  keepers.start('two');
  return { queue, redis, cassandra, keepers, coldStorage };
}

/** One machine a node. */
function at(machines: readonly Machine[]): Pick<StartOptions, 'hosts' | 'netns'> {
  return {
    hosts: machines.map(({ host }) => host),
    netns: machines.map(({ netns = '' }) => netns),
  };
}
