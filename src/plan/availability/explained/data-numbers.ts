import { formatQuantity } from '../../../units/format.ts';
import { chanceText, minutesText } from '../text.ts';
import type { AvailabilityPlan } from '../types.ts';
import { amount, chanceNumber } from './amount.ts';
import { detailLaws, recoveryPointLaws } from './detail-laws.ts';
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
  const recovery = plan.recovery.flatMap(({ id, title, mishaps, restore, loss, durability }) => {
    const name = (what: string) => numberName(id, what);
    const data = reach.data(id);
    return [
      ...mishaps.map(({ mishap, worstLossSeconds, from }) =>
        amount(
          name(`rpo.${wordsName(mishap)}`),
          from === 'nothing'
            ? `writes that are lost at worst, since nothing is kept: ${title}, ${mishap}`
            : `writes that are lost at worst, back from the ${from}: ${title}, ${mishap}`,
          worstLossSeconds,
          's',
          Number.isFinite(worstLossSeconds) ? formatQuantity(worstLossSeconds, 's') : 'everything',
          recoveryPointLaws[from],
          data.points(from),
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
                `chance that all ${loss.copies} copies of a record of ${title} are lost, with what they share`,
                loss.correlated,
                loss.apart ? detailLaws.lossApart : detailLaws.loss,
                loss.apart ? [...data.disks, 'domains.zones'] : data.bursts,
              ),
              question: questionTexts.mission,
            },
          ]),
      ...(durability === undefined || loss === undefined
        ? []
        : [
            chanceNumber(
              name('durability'),
              `chance that a stored record of ${title} is lost within a year; ${chanceText(durability.allowed)} is allowed`,
              durability.loss,
              detailLaws.recordLoss,
              [
                ...(loss.apart ? [...data.disks, 'domains.zones'] : data.bursts).filter(isNoMission),
                ...data.points(mishaps.find(({ mishap }) => mishap === 'all copies lost')?.from ?? 'nothing'),
                'objectives.durability.target',
              ],
            ),
          ]),
    ];
  });
  return [...quorums, ...recovery];
}

/** The objective is about a year, whatever the mission. */
function isNoMission(name: string): boolean {
  return name !== 'mission.length';
}
