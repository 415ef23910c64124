import type { Indicator, LabelMatcher, Selector } from './types.ts';

/** What the service's own metrics (schemas/metrics.json) say of the promise of one tier. */
export interface TierIndicator {
  readonly tier: string;
  /** Name of the objective. */
  readonly slo: string;
  readonly description: string;
  readonly indicator: Indicator;
}

const goodOutcomes = ['served', 'accepted'];
/** Outcomes that the service owes its users better ones for; refusals for the caller's own fault count neither way. */
export const badOutcomes: readonly string[] = ['shed', 'expired', 'failed'];

/**
 * The tiers whose promise is a share of events that a counter counts. Others have none: the balancer is no program of
 * ours, the management plane counts only changes that worked, and the stores and runs of usage and billing show ages
 * and times, which are limits of gauges and not shares of events.
 */
export const tierIndicators: readonly TierIndicator[] = [
  {
    tier: 'api',
    slo: 'api-availability',
    description: 'Requests that the API tier did not lose by its own fault.',
    indicator: requestShare(['failed']),
  },
  {
    tier: 'queue',
    slo: 'queue-delivery',
    description: 'Jobs taken by the queue that neither grew too old in it nor were set aside.',
    indicator: {
      kind: 'requests',
      total: counter('headroom_queue_messages_published_total'),
      bad: [
        counter('headroom_queue_messages_expired_total'),
        counter('headroom_queue_messages_set_aside_total'),
      ],
    },
  },
  {
    tier: 'worker',
    slo: 'worker-jobs',
    description:
      'Jobs that a worker ended without a crash or a timeout; refused images are the fault of no worker.',
    indicator: shareOf('headroom_worker_jobs_total', 'outcome', ['done'], ['timed_out', 'crashed']),
  },
  {
    tier: 'identityCache',
    slo: 'identity-answers',
    description: 'Lookups of an identity that were answered, from the edge cache or from behind it.',
    indicator: shareOf(
      'headroom_identity_cache_lookups_total',
      'result',
      ['hit', 'negative_hit', 'miss', 'stale'],
      ['refused'],
    ),
  },
  {
    tier: 'identityData',
    slo: 'identity-lookups',
    description: 'Lookups in the data plane that did not fail.',
    indicator: shareOf(
      'headroom_identity_data_lookup_duration_seconds_count',
      'result',
      ['found', 'unknown'],
      ['failed'],
    ),
  },
];

/** Share of requests with these outcomes among those that the service had to answer. */
export function requestShare(bad: readonly string[]): Indicator {
  const others = badOutcomes.filter((outcome) => !bad.includes(outcome));
  return shareOf('headroom_api_requests_total', 'outcome', [...goodOutcomes, ...others], bad);
}

function shareOf(metric: string, label: string, good: readonly string[], bad: readonly string[]): Indicator {
  return {
    kind: 'requests',
    total: { metric, matchers: [oneOf(label, [...good, ...bad])] },
    bad: [{ metric, matchers: [oneOf(label, bad)] }],
  };
}

function oneOf(label: string, values: readonly string[]): LabelMatcher {
  return { label, op: values.length > 1 ? '=~' : '=', value: values.join('|') };
}

function counter(metric: string): Selector {
  return { metric, matchers: [] };
}
