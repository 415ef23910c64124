import { setTimeout as sleep } from 'node:timers/promises';
import { openColdStore } from '../cold/open.ts';
import type { ColdStore } from '../contracts/cold-store.ts';
import type { RunningRole } from '../contracts/role.ts';
import type { BillingConfig } from '../shared/config-types.ts';
import { createServer, listen } from '../shared/http.ts';
import type { Logger } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import type { Bill } from './documents.ts';
import { runBilling } from './run.ts';

export interface StartBillingDependencies {
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Opened from the config where left out; one that is passed in stays open. */
  readonly cold?: ColdStore;
  /** Told of the bills of each run that wrote some. */
  readonly billed?: (bills: readonly Bill[]) => void;
}

/**
 * Runs the batch job at once and then at an interval, until it is stopped. A run that fails is logged and made good
 * by the next one.
 */
export async function startBilling(
  config: BillingConfig,
  dependencies: StartBillingDependencies,
): Promise<RunningRole> {
  const { logger, metrics, billed } = dependencies;
  const cold = dependencies.cold ?? (await openColdStore(config.coldStore));
  const stopped = new AbortController();
  const { signal } = stopped;
  const server = config.listen ? createServer({ logger, metrics, ready: () => !signal.aborted }) : undefined;
  const address = server && config.listen ? await listen(server, config.listen) : undefined;

  const run = async () => {
    while (!signal.aborted) {
      try {
        const { bills } = await runBilling(config, { cold, logger, metrics, signal });
        if (bills.length > 0) billed?.(bills);
      } catch (err) {
        if (!signal.aborted) logger.error({ err }, 'a billing run failed; the next one goes on');
      }
      await sleep(config.interval * 1000, undefined, { signal }).catch(() => undefined);
    }
  };
  const running = run();
  // Steps are safe to repeat, so there is nothing to finish: a drain ends after the step that runs.
  const stop = async () => {
    stopped.abort();
    await running;
    await server?.close();
    if (!dependencies.cold) await cold.close();
  };
  return { addresses: address === undefined ? {} : { listen: address }, drain: stop, close: stop };
}
