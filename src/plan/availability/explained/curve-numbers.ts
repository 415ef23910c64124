import { availabilityText, factorText } from '../text.ts';
import type { AvailabilityPlan, CurvePoint } from '../types.ts';
import { amount, chanceNumber } from './amount.ts';
import { detailLaws } from './detail-laws.ts';
import { laws } from './laws.ts';
import { type AvailabilityNumber, numberName, questionTexts } from './number.ts';
import type { Reach } from './reach.ts';

/** The curve of replicas, and the chance of too little capacity. */
export function curveNumbers({ curve, capacity }: AvailabilityPlan, reach: Reach): AvailabilityNumber[] {
  const asked = { question: questionTexts.instant };
  const points = curve?.points.flatMap((point) => pointNumbers(curve.tier, point, reach)) ?? [];
  const least = curve && [
    chanceNumber(
      numberName(curve.tier, 'curve.atMost'),
      'chance of too few machines if nothing is known of what they share',
      curve.atMost,
      detailLaws.frechet,
      reach.independent(curve.tier, 'instant'),
    ),
  ];
  const left = capacity && [
    ...capacity.points.map(({ machines, risk }) =>
      chanceNumber(
        numberName(capacity.tier, `capacity.${machines}`),
        `chance that fewer than ${machines} machines are up`,
        risk,
        detailLaws.capacity,
        reach.correlated(capacity.tier, 'instant'),
      ),
    ),
    amount(
      numberName(capacity.tier, 'served'),
      'mean share of the peak that is served',
      capacity.served,
      '1',
      availabilityText(1 - capacity.served),
      detailLaws.served,
      reach.correlated(capacity.tier, 'instant'),
    ),
  ];
  return [...points, ...(least ?? []), ...(left ?? [])].map((each) => ({ ...each, ...asked }));
}

function pointNumbers(tier: string, { replicas, naive, correlated, factor }: CurvePoint, reach: Reach) {
  const name = (what: string) => numberName(tier, `curve.${replicas}.${what}`);
  const of = replicas === 1 ? 'a single replica is down' : `all of ${replicas} replicas are down`;
  return [
    chanceNumber(name('naive'), `chance that ${of}, as independence promises it`, naive, laws.naive, [
      'failures.machine.unavailability',
    ]),
    chanceNumber(
      name('correlated'),
      `chance that ${of}, with all common causes`,
      correlated,
      laws.correlated,
      reach.shared(tier),
    ),
    amount(
      name('factor'),
      `correlated over naive, ${replicas} replicas`,
      factor,
      '1',
      factorText(factor),
      laws.factor,
      [name('correlated'), name('naive')],
    ),
  ];
}
