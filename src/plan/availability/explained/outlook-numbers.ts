import { digitsText, hoursText } from '../text.ts';
import type { AvailabilityPlan, TierOutlook } from '../types.ts';
import { amount, chanceNumber } from './amount.ts';
import { detailLaws } from './detail-laws.ts';
import { type AvailabilityNumber, numberName, questionTexts } from './number.ts';
import type { Reach } from './reach.ts';

/** Floors, mendings and failovers of tiers. */
export function outlookNumbers({ outlook }: AvailabilityPlan, reach: Reach): AvailabilityNumber[] {
  return outlook.flatMap((tier) => tierNumbers(tier, reach));
}

function tierNumbers(
  { id, title, floor, mending, failover }: TierOutlook,
  reach: Reach,
): AvailabilityNumber[] {
  const name = (what: string) => numberName(id, what);
  const prices = ['spread', 'stage', 'shard', 'detect'].map((each) => `mending.${each}`);
  const repair = ['failures.machine.unavailability', 'failures.machine.repair'];
  return [
    {
      ...chanceNumber(
        name('floor'),
        `what no number of machines gets below: ${title}`,
        floor,
        detailLaws.floor,
        reach.shared(id),
      ),
      question: questionTexts.instant,
    },
    ...(mending === undefined
      ? []
      : [
          {
            ...chanceNumber(
              name('mending.unavailability'),
              `${title} with ${mending.measures.join(' and ') || 'nothing changed'}`,
              mending.unavailability,
              detailLaws.mending,
              [name('objective'), ...reach.correlated(id, 'instant')],
            ),
            question: questionTexts.instant,
          },
          amount(
            name('mending.cost'),
            `price of the mending of ${title}, in machines`,
            mending.cost,
            '1',
            digitsText(mending.cost),
            detailLaws.price,
            prices,
          ),
        ]),
    ...(failover === undefined
      ? []
      : [
          chanceNumber(
            name('failover.unavailability'),
            `share of time without a leader: ${title}`,
            failover.unavailability,
            detailLaws.failover,
            [name('failover.lossesPerYear'), name('failover.hours')],
          ),
          amount(
            name('failover.lossesPerYear'),
            `losses of the leader in a year: ${title}`,
            failover.lossesPerYear,
            '1/y',
            `${digitsText(failover.lossesPerYear)} /y`,
            detailLaws.leaderLosses,
            repair,
          ),
          amount(
            name('failover.hours'),
            `time without a leader at each loss (${failover.mode}): ${title}`,
            failover.hours,
            'h',
            hoursText(failover.hours),
            failover.mode === 'automatic' ? detailLaws.automaticHours : detailLaws.manualHours,
            reach.failover(id),
          ),
        ]),
  ];
}
