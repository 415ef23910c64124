import type { DegradationPolicy } from '../../models/slo/harvest.ts';
import type { TierSpec } from '../../spec/types.ts';

/** What a tier keeps when it cannot keep all, and which answer of the spec says so. */
export interface DeclaredPolicy {
  readonly policy: DegradationPolicy;
  readonly declaredBy: string;
}

/**
 * The policy that a tier declares: by `degradation`; else shedding keeps answers whole and degrading keeps everyone
 * answered; else what the tier keeps when the network is split. Undefined where nobody has decided.
 */
export function policyOf(tier: TierSpec | undefined): DeclaredPolicy | undefined {
  const { degradation, onOverload, answers } = tier ?? {};
  if (degradation !== undefined) return { policy: degradation.value, declaredBy: 'degradation' };
  if (onOverload?.value === 'shed') return { policy: 'reduce-yield', declaredBy: 'onOverload: shed' };
  if (onOverload?.value === 'degrade') return { policy: 'reduce-harvest', declaredBy: 'onOverload: degrade' };
  const kept = answers?.guarantees?.underPartition;
  if (kept === undefined) return undefined;
  return kept === 'consistency'
    ? { policy: 'reduce-yield', declaredBy: 'underPartition: consistency' }
    : { policy: 'reduce-harvest', declaredBy: 'underPartition: availability' };
}
