import type { Estimate, SaturationPoint, Scaling } from '../src/measurement/types.ts';
import { fitUsl, type UslParameter } from '../src/models/scaling/usl-fit.ts';

/** A fit of three parameters needs this many different numbers of processes. */
const fewestPoints = 4;

/**
 * Universal Scalability Law over processes, up to the usable cores: beyond them throughput is flat because the
 * cores are, which a fit would read as contention. Refused with the reason on a machine with too few cores.
 */
export function fitScaling(points: readonly SaturationPoint[], usableCores: number): Scaling {
  const cores = Math.floor(usableCores);
  if (cores < fewestPoints) {
    return {
      kind: 'refused',
      reason: `this machine has ${cores} usable ${cores === 1 ? 'core' : 'cores'}; the scalability law needs at least ${fewestPoints} different numbers of processes within them`,
    };
  }
  const within = points.filter((point) => point.processes <= cores && point.throughput);
  if (within.length < fewestPoints) {
    return {
      kind: 'refused',
      reason: `only ${within.length} numbers of processes were measured undisturbed; the scalability law needs ${fewestPoints}`,
    };
  }
  const fit = fitUsl(
    within.map((point) => ({
      concurrency: point.processes,
      throughput: (point.throughput as Estimate).value,
    })),
  );
  if (fit.kind === 'refused') return fit;
  const rounds = Math.min(...within.map((point) => (point.throughput as Estimate).rounds));
  const estimateOf = ({ value, low, high }: UslParameter): Estimate => ({
    value,
    low,
    high,
    confidence: fit.confidence,
    rounds,
  });
  return {
    kind: 'fitted',
    lambda: estimateOf(fit.lambda),
    sigma: estimateOf(fit.sigma),
    kappa: estimateOf(fit.kappa),
  };
}
