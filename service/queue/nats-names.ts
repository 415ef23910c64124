import { createHash } from 'node:crypto';

/** Names in the cluster. Each partition is a stream of its own with a leader of its own. */
export const streamOf = (partition: number): string => `HEADROOM_JOBS_${partition}`;
export const subjectOf = (partition: number): string => `headroom.jobs.${partition}`;
/** The one consumer of each partition, shared by all workers. */
export const consumerName = 'workers';
/** Jobs that were set aside, whole, with the reason in the header `headroom-reason`; kept for people. */
export const asideStream = 'HEADROOM_ASIDE';
export const asideSubject = 'headroom.aside';
/** A line for each job that expired, so that every job is accounted for. */
export const expiredStream = 'HEADROOM_EXPIRED';
export const expiredSubject = 'headroom.expired';
/** How the deliveries of a job ended that did not end the job, and whether it was set aside. */
export const deliveriesBucket = 'HEADROOM_DELIVERIES';

/** The partition of a job: by a hash of its id, so a repeated publish meets the ids that its stream remembers. */
export function partitionOf(id: string, partitions: number): number {
  return createHash('sha256').update(id).digest().readUInt32BE(0) % partitions;
}
