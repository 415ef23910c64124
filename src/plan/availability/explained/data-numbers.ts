import { hoursText, minutesText } from '../text.ts';
import type { AvailabilityPlan } from '../types.ts';
import { amount, chanceNumber } from './amount.ts';
import { detailLaws } from './detail-laws.ts';
import { type AvailabilityNumber, numberName, questionTexts, wordsName } from './number.ts';
import type { Reach } from './reach.ts';

/** Reads and writes of copies, and what is lost of data. */
export function dataNumbers(plan: AvailabilityPlan, reach: Reach): AvailabilityNumber[] {
  const quorums = plan.quorums.flatMap(
    ({ id, title, copies, read, write, readUnavailability, writeUnavailability }) => {
      const inputs = reach.correlated(id, 'instant');
      const fewer = (what: string, least: number) =>
        `chance that ${what} of ${title} find fewer than ${least} of ${copies} copies`;
      return [
        {
          ...chanceNumber(
            numberName(id, 'reads'),
            fewer('reads', read),
            readUnavailability,
            detailLaws.quorum,
            inputs,
          ),
          question: questionTexts.instant,
        },
        {
          ...chanceNumber(
            numberName(id, 'writes'),
            fewer('writes', write),
            writeUnavailability,
            detailLaws.quorum,
            inputs,
          ),
          question: questionTexts.instant,
        },
      ];
    },
  );
  const recovery = plan.recovery.flatMap(({ id, title, mishaps, restore, loss }) => {
    const name = (what: string) => numberName(id, what);
    const data = reach.data(id);
    return [
      ...mishaps.map(({ mishap, worstLossSeconds, from }) =>
        amount(
          name(`rpo.${wordsName(mishap)}`),
          `writes that are lost at worst, from the ${from}: ${title}, ${mishap}`,
          worstLossSeconds,
          's',
          Number.isFinite(worstLossSeconds) ? hoursText(worstLossSeconds / 3600) : 'everything',
          detailLaws.recoveryPoint,
          data.points,
        ),
      ),
      ...(restore === undefined
        ? []
        : [
            amount(
              name('rto'),
              `time until ${title} is restored; the slowest is the ${restore.bottleneck}`,
              restore.seconds,
              's',
              minutesText(restore.seconds / 60),
              detailLaws.recoveryTime,
              data.restore,
            ),
          ]),
      ...(loss === undefined
        ? []
        : [
            {
              ...chanceNumber(
                name('loss.naive'),
                `chance that all ${loss.copies} copies of a record of ${title} are lost, disks on their own`,
                loss.naive,
                detailLaws.lossNaive,
                data.disks,
              ),
              question: questionTexts.mission,
            },
            {
              ...chanceNumber(
                name('loss.correlated'),
                `chance that all ${loss.copies} copies of a record of ${title} are lost, with losses of power`,
                loss.correlated,
                detailLaws.loss,
                data.bursts,
              ),
              question: questionTexts.mission,
            },
          ]),
    ];
  });
  return [...quorums, ...recovery];
}
