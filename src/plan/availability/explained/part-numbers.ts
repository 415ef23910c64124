import { chanceText, digitsText, minutesText } from '../text.ts';
import type { AvailabilityPlan, PartRank } from '../types.ts';
import { amount, chanceNumber } from './amount.ts';
import { detailLaws } from './detail-laws.ts';
import { type Law, laws } from './laws.ts';
import { type AvailabilityNumber, numberName, questionTexts } from './number.ts';

/** What each tier means to the service, and what a dependency should offer. */
export function partNumbers({ parts, dependencyRule }: AvailabilityPlan): AvailabilityNumber[] {
  const allowed = numberName('service', 'objective');
  return [
    ...parts.flatMap(rankNumbers),
    chanceNumber(
      numberName('service', 'extraNine'),
      'what a critical dependency should be down at most',
      dependencyRule.extraNine,
      detailLaws.extraNine,
      [allowed],
    ),
    chanceNumber(
      numberName('service', 'evenShare'),
      'what each dependency may be down if all are alike',
      dependencyRule.evenShare,
      detailLaws.share,
      [allowed, 'dependencies'],
    ),
  ].map((each) => ({ ...each, question: questionTexts.steady }));
}

function rankNumbers({ id, title, ...rank }: PartRank): AvailabilityNumber[] {
  const name = (what: string) => numberName(id, what);
  const inputs = [numberName('service', 'correlated'), name('correlated')];
  const digits = (what: string, meaning: string, value: number, law: Law) =>
    amount(name(what), `${meaning}: ${title}`, value, '1', digitsText(value), law, inputs);
  return [
    digits('birnbaum', 'Birnbaum importance', rank.birnbaum, laws.birnbaum),
    digits('criticality', 'critical share', rank.criticality, laws.criticality),
    digits('riskAchievement', 'risk achievement worth', rank.riskAchievement, laws.achievement),
    digits('riskReduction', 'risk reduction worth', rank.riskReduction, laws.reduction),
    amount(
      name('minutesSaved'),
      `minutes of a window that would go if it were perfect: ${title}`,
      rank.minutesSaved,
      'min',
      minutesText(rank.minutesSaved),
      laws.causeMinutes,
      [...inputs, 'objectives.availability.window'],
    ),
    amount(
      name('mayBe'),
      `unavailability with which the service meets its objective: ${title}`,
      rank.allowed,
      '1',
      rank.allowed < 0 ? 'never alone' : chanceText(Math.min(1, rank.allowed)),
      laws.mayBe,
      [...inputs, name('birnbaum'), numberName('service', 'objective')],
    ),
  ];
}
