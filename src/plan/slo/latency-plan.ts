import { bucketFor, hiddenByMean, type LatencyClass } from '../../models/slo/latency-objective.ts';
import { services } from '../../tiers/functions-latency.ts';
import type { CostCurve, PayloadClasses } from '../../tiers/functions-mix.ts';
import { formatQuantity } from '../../units/format.ts';
import type { Plan } from '../types.ts';
import { perhaps, planned } from './planned.ts';
import type { LatencyPlan } from './types.ts';

/** The histogram that counts response times, and where its buckets end; seconds. `schemas/metrics.json` has the same. */
export const latencyMetric = {
  name: 'headroom_api_request_duration_seconds',
  buckets: [0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2, 5, 10, 15, 20],
} as const;

/**
 * The latency objective as a share of requests, the bucket that it needs, and what the mean of the plan's own response
 * times would have hidden. The times are those of the resizes and of the path around them; waiting is not in them.
 */
export function latencyPlan(plan: Plan): LatencyPlan {
  const percentile = planned(plan, 'objectives.latency.percentile');
  const below = planned(plan, 'objectives.latency.below');
  const { name, buckets } = latencyMetric;
  const fit = bucketFor(below, buckets);
  const classes = classesOf(plan, percentile);
  return {
    ...{ percentile, below, metric: name, buckets, fit, classes },
    statement: `${formatQuantity(percentile, '%')} of the served requests take at most ${formatQuantity(below, 'ms')}`,
    // The service puts a bucket at the objective (objectiveBucket of the metric), wherever it lies.
    moved: fit.kind === 'between',
    mean: hiddenByMean(classes, below, percentile),
  };
}

/** Response times of the payloads that the objective is about. */
function classesOf(plan: Plan, percentile: number): LatencyClass[] {
  const payload = plan.sheet.objects.get('workload.payloadMix')?.object as PayloadClasses;
  const curve = plan.sheet.objects.get('worker.cpuCurve')?.object as CostCurve;
  const { answered } = services([
    payload,
    curve,
    planned(plan, 'worker.stretch'),
    planned(plan, 'worker.serviceSpread'),
    planned(plan, 'objectives.latency.payloadBelow'),
    percentile,
  ]);
  const around = perhaps(plan, 'api.overhead') ?? 0;
  return answered.map(({ serviceTime, share }) => ({ seconds: serviceTime + around, share }));
}
