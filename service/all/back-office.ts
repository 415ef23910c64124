import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IdentityStore } from '../contracts/identity.ts';
import type { RunningRole } from '../contracts/role.ts';
import { RecordInvalid, type UsageLog, type UsageStore } from '../contracts/usage.ts';
import { waitBefore } from '../shared/backoff.ts';
import { builtProcess } from '../shared/built.ts';
import type { Logger } from '../shared/log.ts';
import { inBatches } from '../usage/in-batches.ts';
import { type Calls, createCalls } from './calls.ts';
import type { BackOffice, FrontOffice, OfficeStarted, Whole } from './offices.ts';

export interface RunningBackOffice extends RunningRole {
  readonly log: UsageLog;
  /** For reading; the back office writes. */
  readonly store: Pick<UsageStore, 'total'>;
  readonly key: string | undefined;
}

export interface BackOfficeOptions {
  readonly data: string;
  readonly logger: Logger;
  readonly replica: IdentityStore;
  readonly tell: (text: string) => void;
}

/** Between starts of a back office that ended, in seconds. */
const restartWaits = { first: 0.1, most: 5 };
/** Time for an orderly end when it has to be at once, in milliseconds. */
const closeTime = 5000;

interface Started {
  readonly child: ChildProcess;
  readonly calls: Calls<BackOffice>;
  readonly office: OfficeStarted;
  readonly ended: Promise<void>;
}

/**
 * Identity management, usage and billing in a process of their own. Their engines keep hundreds of megabytes, which the
 * collector of the process that serves would walk through again and again; and where they fail, requests go on. An
 * office that ends is started again on the same addresses; until then its log takes nothing.
 */
export async function startBackOffice(config: Whole, options: BackOfficeOptions): Promise<RunningBackOffice> {
  let stopping = false;
  let current = await startProcess(config, options);
  const { office } = current;
  const again = withPorts(config, office);

  const keepRunning = async () => {
    for (let failures = 0; ; ) {
      await current.ended;
      if (stopping) return;
      options.logger.error('the back office ended and is started again');
      failures += 1;
      await sleep(waitBefore(failures, restartWaits) * 1000);
      if (stopping) return;
      const next = await startProcess(again, options).catch((error: unknown) => {
        options.logger.error({ err: error }, 'the back office did not start');
      });
      if (!next) continue;
      failures = 0;
      current = next;
    }
  };
  const kept = keepRunning();
  const end = async (orderly: boolean) => {
    stopping = true;
    if (orderly) await current.calls.call('drain').catch(() => undefined);
    if (current.child.connected) current.child.disconnect();
    const killer = setTimeout(() => current.child.kill('SIGKILL'), closeTime);
    await current.ended;
    clearTimeout(killer);
    await kept;
  };
  return {
    addresses: { identity: office.identity, usage: office.usage },
    key: office.key,
    log: {
      append: inBatches((records) => current.calls.call('append', records).catch(asInvalid)),
      close: async () => {},
    },
    store: { total: (customer, from, to) => current.calls.call('total', customer, from, to) },
    drain: () => end(true),
    close: () => end(false),
  };
}

async function startProcess(config: Whole, { data, replica, tell }: BackOfficeOptions): Promise<Started> {
  const child = fork(builtProcess('all/back-office-process'), [], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const mine: FrontOffice = {
    find: replica.find,
    put: replica.put,
    removeBelow: replica.removeBelow,
    generation: replica.generation,
    position: replica.position,
    setPosition: replica.setPosition,
    tell: async (text) => tell(text),
  };
  const calls = createCalls<BackOffice>(child, mine);
  const ended = new Promise<void>((resolve) => {
    const onEnd = (how: string) => {
      calls.fail(new Error(`the back office ended: ${how}`));
      resolve();
    };
    child.once('exit', (code, signal) => onEnd(signal ?? `code ${code}`));
    child.on('error', (error) => onEnd(error.message));
  });
  try {
    return { child, calls, ended, office: await calls.call('start', config, data) };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

/** An error of the other process comes with its name and without its class. */
function asInvalid(error: Error): never {
  throw error.name === 'RecordInvalid' ? new RecordInvalid(error.message) : error;
}

/** The addresses that were told to people stay. */
function withPorts(config: Whole, { identity, usage }: OfficeStarted): Whole {
  const listen = (at: { readonly host: string }, address: string) => ({
    host: at.host,
    port: Number(new URL(address).port),
  });
  return {
    ...config,
    identity: { ...config.identity, listen: listen(config.identity.listen, identity) },
    usage: { ...config.usage, listen: listen(config.usage.listen, usage) },
  };
}
