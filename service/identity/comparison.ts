import type { Position } from '../contracts/identity.ts';
import type { Logger } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';

/** Whether an answer may count: `unsure` where another replica may be ahead and must be asked first. */
export type Verdict = 'current' | 'behind' | 'unsure';

/** What is known of how far each replica is. Replicas are numbered from 0. */
export interface Comparison {
  /** A replica answered; undefined where it has no position. */
  heard(replica: number, position: Position | undefined): void;
  /** A replica failed or did not answer in time: it is compared with no more until it answers. */
  failed(replica: number): void;
  /** Of a replica that just answered. */
  judge(replica: number): Verdict;
}

export interface ComparisonOptions {
  /** Seconds within which the feed brings a change to every replica. */
  readonly replicationLag: number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Milliseconds of a clock that never goes back; `performance.now` unless told. */
  readonly clock?: () => number;
}

interface Seen {
  /** Of its last position, on the clock of the feed; 0 where it had none. */
  at: number;
  heardAt: number;
  answers: boolean;
  behind: boolean;
}

/**
 * Compares the replicas with each other by the times of their positions, which the feed renews: one that is behind
 * another one is cut off from the feed. All are old alike where the feed itself is away, and then all count: an outage of
 * the management plane must not be one of the service.
 *
 * Only times of the feed are compared, never with the clock of this machine. What a replica said before ages on this
 * machine's clock: as long as even its age would not put it ahead, nobody has to ask it.
 */
export function createComparison(count: number, options: ComparisonOptions): Comparison {
  const { replicationLag, logger, metrics, clock = () => performance.now() } = options;
  // A position is as old as the feed's pace when it is heard (a quarter of the lag) and counts a little longer (an
  // eighth): with the half that is allowed, a replica is found out before a change that it lacks must have worked.
  const allowed = (replicationLag * 1000) / 2;
  const recent = (replicationLag * 1000) / 8;
  const replicas = Array.from(
    { length: count },
    (): Seen => ({ at: 0, heardAt: Number.NEGATIVE_INFINITY, answers: true, behind: false }),
  );
  const seen = (replica: number): Seen => {
    const found = replicas[replica];
    if (!found) throw new RangeError(`there is no replica ${replica}`);
    return found;
  };

  /** A log line once, and the number of them, where a replica falls behind or is counted again. */
  const note = (replica: number, behind: boolean, seconds: number) => {
    const state = seen(replica);
    if (state.behind === behind) return;
    state.behind = behind;
    metrics.set('headroom_identity_data_replicas_behind', {}, replicas.filter((each) => each.behind).length);
    if (behind)
      logger.warn({ replica, seconds }, 'a replica of the data plane is behind another one and is skipped');
    else logger.info({ replica }, 'the replica of the data plane counts again');
  };

  return {
    heard(replica, position) {
      Object.assign(seen(replica), { at: position?.at ?? 0, heardAt: clock(), answers: true });
    },
    failed(replica) {
      seen(replica).answers = false;
    },
    judge(replica) {
      const { at } = seen(replica);
      const others = replicas.filter((each, index) => index !== replica && each.answers);
      const gap = Math.max(0, ...others.map((other) => other.at - at));
      if (gap > allowed) {
        note(replica, true, gap / 1000);
        return 'behind';
      }
      const mayBeAhead = (other: Seen) => {
        const elapsed = clock() - other.heardAt;
        return elapsed > recent && other.at + elapsed - at > allowed;
      };
      if (others.some(mayBeAhead)) return 'unsure';
      note(replica, false, 0);
      return 'current';
    },
  };
}
