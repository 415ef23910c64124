import { requireCount, requirePositive } from './ranges.ts';

/** How a tier's state is copied. Times in seconds. */
export interface Copies {
  /** `synchronous`: acknowledged only when the replica has it. */
  readonly replication: 'none' | 'asynchronous' | 'synchronous';
  /** How far the replica is behind, typical and at the chosen percentile; for asynchronous replication. */
  readonly lag?: { readonly typical: number; readonly worst: number };
  /** Between the starts of two backups. */
  readonly backupInterval?: number;
  /** From the start of a backup until it is safe in the other place. */
  readonly backupDuration?: number;
  /** Between two shipments of the log, where the log is kept beside the backups; gives recovery to a point in time. */
  readonly logInterval?: number;
}

/** What may happen to the primary copy. A replica repeats a deletion or a corruption at once. */
export type Mishap = 'copy lost' | 'all copies lost' | 'corrupted';

/** Data that may be lost, as a time: everything written in the last so many seconds. */
export interface RecoveryPoint {
  readonly worst: number;
  readonly mean: number;
  readonly from: 'replica' | 'log' | 'backup' | 'nothing';
}

/**
 * Recovery point of a tier for one mishap: what is lost, in seconds of writes.
 *
 * A lost copy is replaced by the replica: 0 (synchronous) or its lag. Otherwise the last shipped log: mean half the
 * interval, worst all of it; otherwise the last finished backup: worst interval + duration, mean interval / 2 +
 * duration, since the newest backup holds the state at its start and counts only once it is finished. Where nothing
 * is kept, everything is lost: infinite. For 'corrupted' the point is that of the copies; data since the corruption
 * that nobody noticed is lost as well.
 * @throws RangeError for a negative time, or a lag that is missing or not in order.
 */
export function recoveryPoint(copies: Copies, mishap: Mishap): RecoveryPoint {
  requireCopies(copies);
  if (mishap === 'copy lost' && copies.replication === 'synchronous') {
    return { worst: 0, mean: 0, from: 'replica' };
  }
  if (mishap === 'copy lost' && copies.replication === 'asynchronous' && copies.lag) {
    return { worst: copies.lag.worst, mean: copies.lag.typical, from: 'replica' };
  }
  const { backupInterval, backupDuration = 0, logInterval } = copies;
  if (backupInterval === undefined) {
    return { worst: Number.POSITIVE_INFINITY, mean: Number.POSITIVE_INFINITY, from: 'nothing' };
  }
  // A log alone restores nothing: it is replayed on top of a backup.
  if (logInterval !== undefined) return { worst: logInterval, mean: logInterval / 2, from: 'log' };
  return {
    worst: backupInterval + backupDuration,
    mean: backupInterval / 2 + backupDuration,
    from: 'backup',
  };
}

function requireCopies({ replication, lag, backupInterval, backupDuration, logInterval }: Copies): void {
  requirePositive('backup interval', backupInterval ?? 1);
  requirePositive('backup duration', backupDuration ?? 0, 'zero allowed');
  requirePositive('log interval', logInterval ?? 0, 'zero allowed');
  if (replication !== 'asynchronous') return;
  if (!lag) throw new RangeError('replication lag must be given for asynchronous replication');
  requirePositive('typical replication lag', lag.typical, 'zero allowed');
  requirePositive('worst replication lag', lag.worst, 'zero allowed');
  if (lag.worst < lag.typical) {
    throw new RangeError(`worst replication lag must be at least ${lag.typical}, not ${lag.worst}`);
  }
}

/** A restore. Rates in bytes per second of one stream, times in seconds. */
export interface Restore {
  readonly bytes: number;
  /** Machines that restore their part at the same time. */
  readonly streams: number;
  /** What the backup store gives to all streams together. */
  readonly storeRate: number;
  /** Network of one machine. */
  readonly networkRate: number;
  /** Disk writes of one machine. */
  readonly diskRate: number;
  /** Log that is replayed on top of the backup, in all, and its replay rate on one machine. */
  readonly logBytes?: number;
  readonly replayRate?: number;
  /** Fixed steps before and after: detect, decide, provision, verify. */
  readonly detect: number;
  readonly decide: number;
  readonly provision: number;
  readonly verify: number;
}

export interface RecoveryTime {
  readonly seconds: number;
  /** What the copying of the bytes waits for. */
  readonly bottleneck: 'store' | 'network' | 'disk';
  /** Bytes per second of the copying, all streams together. */
  readonly rate: number;
  /** Each step in order; they add up to `seconds`. */
  readonly steps: readonly { readonly name: string; readonly seconds: number }[];
}

/**
 * Recovery time of a tier that is restored from a backup.
 *
 * detect + decide + provision + bytes / min(store, streams · network, streams · disk) + log / (streams · replay) +
 * verify. The state is taken to be split evenly over the streams.
 * @throws RangeError naming a size, rate, time or count that is impossible.
 */
export function recoveryTime(restore: Restore): RecoveryTime {
  requireRestore(restore);
  const { bytes, streams, logBytes = 0, replayRate } = restore;
  const limits = [
    { name: 'store', rate: restore.storeRate },
    { name: 'network', rate: streams * restore.networkRate },
    { name: 'disk', rate: streams * restore.diskRate },
  ] as const;
  const slowest = limits.reduce((least, limit) => (limit.rate < least.rate ? limit : least));
  const steps = [
    { name: 'detect', seconds: restore.detect },
    { name: 'decide', seconds: restore.decide },
    { name: 'provision', seconds: restore.provision },
    { name: 'copy', seconds: bytes / slowest.rate },
    { name: 'replay', seconds: replayRate === undefined ? 0 : logBytes / (streams * replayRate) },
    { name: 'verify', seconds: restore.verify },
  ];
  const seconds = steps.reduce((total, step) => total + step.seconds, 0);
  return { seconds, bottleneck: slowest.name, rate: slowest.rate, steps };
}

function requireRestore(restore: Restore): void {
  requirePositive('bytes to restore', restore.bytes, 'zero allowed');
  requireCount('number of streams', restore.streams, 1);
  requirePositive('rate of the backup store', restore.storeRate);
  requirePositive('network rate', restore.networkRate);
  requirePositive('disk rate', restore.diskRate);
  requirePositive('bytes of the log', restore.logBytes ?? 0, 'zero allowed');
  requirePositive('replay rate', restore.replayRate ?? (restore.logBytes ? Number.NaN : 1));
  for (const step of ['detect', 'decide', 'provision', 'verify'] as const) {
    requirePositive(`time to ${step}`, restore[step], 'zero allowed');
  }
}

/** What restores cost in a year. */
export interface RecoveryCost {
  readonly unavailability: number;
  /** Records that are lost for good in a year, on average. */
  readonly recordsLost: number;
}

/**
 * Expected yearly cost of a mishap: share of time in restores, and records lost.
 *
 * unavailability w t / (1 + w t) with w mishaps per year and t the recovery time in years of 365 days; records
 * w · write rate · mean recovery point. @throws RangeError for a negative rate.
 */
export function recoveryCost(
  perYear: number,
  time: RecoveryTime,
  point: RecoveryPoint,
  writesPerSecond: number,
): RecoveryCost {
  requirePositive('mishaps per year', perYear, 'zero allowed');
  requirePositive('writes per second', writesPerSecond, 'zero allowed');
  const down = (perYear * time.seconds) / (365 * 86_400);
  const recordsLost = perYear === 0 || writesPerSecond === 0 ? 0 : perYear * writesPerSecond * point.mean;
  return { unavailability: down / (1 + down), recordsLost };
}
