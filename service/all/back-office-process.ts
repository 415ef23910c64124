import { setPriority } from 'node:os';
import { join } from 'node:path';
import { destination } from 'pino';
import { startBilling } from '../billing/start.ts';
import { openColdStore } from '../cold/open.ts';
import type { IdentityStore } from '../contracts/identity.ts';
import type { RunningRole } from '../contracts/role.ts';
import type { UsageLog, UsageStore } from '../contracts/usage.ts';
import { openDatabase } from '../identity/open-database.ts';
import { startIdentity } from '../identity/start.ts';
import { startInOrder, startWith } from '../launch/closers.ts';
import { retry } from '../shared/backoff.ts';
import { createLogger } from '../shared/log.ts';
import { createMetrics } from '../shared/metrics.ts';
import { FolderInUse, lockFolder } from '../usage/lock.ts';
import { startUsage } from '../usage/start.ts';
import { openUsageStore } from '../usage/store.ts';
import { billLines } from './banner.ts';
import { type Calls, createCalls } from './calls.ts';
import { makeAdminKey, makeFirstKey } from './keys.ts';
import type { BackOffice, FrontOffice, OfficeStarted, Whole } from './offices.ts';

/** Time for another back office to leave the folder, in milliseconds. */
const leftOver = 10_000;

/** What runs here, once it was started. */
interface Office {
  readonly role: RunningRole;
  readonly log: UsageLog;
  readonly store: UsageStore;
}

/** Main module of the back office: identity management, usage and billing, started and asked by the front office. */
function main(): void {
  // Between those who speak with customers and those who resize: an image is answered once its usage is in the log, but
  // a batch or a bill can wait.
  setPriority(5);
  let office: Office | undefined;
  const running = () => {
    if (!office) throw new Error('the back office has not started');
    return office;
  };
  const mine: BackOffice = {
    start: async (config, data) => {
      const { started, ...rest } = await open(config, data, front);
      office = rest;
      return started;
    },
    append: async (records) => running().log.append(records),
    total: async (customer, from, to) => running().store.total(customer, from, to),
    drain: async () => running().role.drain(),
  };
  const front = createCalls<FrontOffice>(process, mine);
  // A signal to the whole group is for the front office, which drains and ends this process last.
  process.on('SIGTERM', () => {});
  process.on('SIGINT', () => {});
  // The front office wants no more, or is gone: what was acknowledged is on the disk.
  process.once('disconnect', () => {
    const closed = office?.role.close() ?? Promise.resolve();
    closed.catch(() => undefined).finally(() => process.exit(0));
  });
}

/** Stores are opened once and shared; each role has metrics of its own. */
async function open(
  config: Whole,
  data: string,
  front: Calls<FrontOffice>,
): Promise<Office & { readonly started: OfficeStarted }> {
  const file = destination(join(data, 'log.ndjson'));
  const loggerOf = (role: string) => createLogger(role, config.logLevel, file);
  let opened: Omit<Office & { readonly started: OfficeStarted }, 'role'> | undefined;
  const role = await startWith(async ({ keep }) => {
    keep(await takeFolder(data));
    if (config.identity.adminKey?.file) await makeAdminKey(config.identity.adminKey.file);
    const database = keep(await openDatabase(config.identity.database));
    const key = await makeFirstKey(database, data);
    const store = keep(openUsageStore(config.usage.store, { folder: join(config.usage.folder, 'store') }));
    const cold = keep(await openColdStore(config.usage.coldStore));
    return startInOrder(async (started) => {
      const identity = started(
        await startIdentity(config.identity, {
          ...{ logger: loggerOf('identity'), metrics: createMetrics('identity') },
          ...{ database, replicas: [replicaOf(front)] },
        }),
      );
      started(
        await startBilling(config.billing, {
          ...{ logger: loggerOf('billing'), metrics: createMetrics('billing'), cold },
          billed: (bills) => void front.call('tell', bills.map(billLines).join('')),
        }),
      );
      const usage = started(
        await startUsage(config.usage, {
          ...{ logger: loggerOf('usage'), metrics: createMetrics('usage') },
          ...{ store, cold },
        }),
      );
      const addresses = {
        identity: identity.addresses['listen'] ?? '',
        usage: usage.addresses['listen'] ?? '',
      };
      opened = {
        ...{ log: usage.log, store },
        started: { ...addresses, ...(key === undefined ? {} : { key }) },
      };
      return addresses;
    });
  });
  if (!opened) throw new Error('the back office did not start');
  return { ...opened, role };
}

/** One that is left over from a killed front office needs a moment to end. Throws FolderInUse. */
async function takeFolder(data: string): Promise<{ close(): Promise<void> }> {
  const { release } = await retry(() => lockFolder(data), {
    ...{ first: 0.1, most: 0.5, until: Date.now() + leftOver },
    transient: (error) => error instanceof FolderInUse,
  });
  return { close: release };
}

/** The replica of the data plane, which is in the front office. */
function replicaOf(front: Calls<FrontOffice>): IdentityStore {
  return {
    find: (keyId) => front.call('find', keyId),
    put: (identities) => front.call('put', identities),
    removeBelow: (version) => front.call('removeBelow', version),
    generation: () => front.call('generation'),
    position: () => front.call('position'),
    setPosition: (version, at, generation) => front.call('setPosition', version, at, generation),
    close: async () => {},
  };
}

main();
