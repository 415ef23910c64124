/** How earlier deliveries of a job ended without an end of the job. Those that were handed back do not count. */
export interface FailedDeliveries {
  /** A worker said that its process died over the job. */
  readonly deaths: number;
  /** Nobody said anything until `ackWait` was over. */
  readonly silent: number;
}

/**
 * Whether a job has to be set aside: deaths + silent / 2 >= maxDeliveries. Silence weighs half, since it may be the
 * fault of the network or of an election, whereas a death is nearly always the job's; but silence has to count, or a
 * job that takes down whole machines would take down one after another.
 */
export function isPoisonous({ deaths, silent }: FailedDeliveries, maxDeliveries: number): boolean {
  return deaths + silent / 2 >= maxDeliveries;
}

/** The reason that is kept beside a job that nobody finished. */
export function silenceReason({ deaths, silent }: FailedDeliveries): string {
  return `${silent} deliveries ended in silence and ${deaths} by the death of a process`;
}
