/** How earlier deliveries of a job ended without an end of the job. Those that were handed back do not count. */
export interface FailedDeliveries {
  /** A worker said that its process died over the job. */
  readonly deaths: number;
  /** Nobody said anything until `ackWait` was over. */
  readonly silent: number;
  /** Why the job was set aside, where it was: it may have been published again since. */
  readonly aside?: string;
}

export const noFailures: FailedDeliveries = { deaths: 0, silent: 0 };

/** How long the failures of a job are remembered, in milliseconds: longer than anybody publishes it again. */
export const failuresKeptMs = 24 * 3600 * 1000;

/**
 * Whether a job has to be set aside: deaths + silent / 2 >= maxDeliveries. Silence weighs half, since it may be the
 * fault of the network or of an election, whereas a death is nearly always the job's; but silence has to count, or a
 * job that takes down whole machines would take down one after another.
 */
export function isPoisonous({ deaths, silent }: FailedDeliveries, maxDeliveries: number): boolean {
  return deaths + silent / 2 >= maxDeliveries;
}

/** Why a job must not be delivered any more; undefined where it may be. */
export function reasonAgainst(failed: FailedDeliveries, maxDeliveries: number): string | undefined {
  if (failed.aside !== undefined || !isPoisonous(failed, maxDeliveries)) return failed.aside;
  return `${failed.silent} deliveries ended in silence and ${failed.deaths} by the death of a process`;
}
