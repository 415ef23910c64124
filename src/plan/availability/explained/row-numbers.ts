import { chanceText, factorText, hoursText, minutesText } from '../text.ts';
import type { AvailabilityPlan, AvailabilityRow, Question } from '../types.ts';
import { amount } from './amount.ts';
import { type Law, laws } from './laws.ts';
import { type AvailabilityNumber, numberName, questionTexts, wordsName } from './number.ts';
import type { Reach } from './reach.ts';

const derived = { kind: 'derived' } as const;

/** Every number of the three tables. */
export function rowNumbers(plan: AvailabilityPlan, reach: Reach): AvailabilityNumber[] {
  return plan.tables.flatMap(({ question, rows, service }) =>
    [service, ...rows].flatMap((row) => numbersOf(row, question, reach)),
  );
}

function numbersOf(row: AvailabilityRow, question: Question, reach: Reach): AvailabilityNumber[] {
  const { id, title } = row;
  const name = (what: string, of: Question = question) => numberName(id, what, of);
  const asked = questionTexts[question];
  const isMission = question === 'mission';
  const isService = id === 'service';
  const make = (
    what: string,
    meaning: string,
    value: number,
    unit: string,
    display: string,
    law: Law,
    inputs: readonly string[],
  ): AvailabilityNumber => ({
    ...amount(name(what), `${meaning} of ${title}`, value, unit, display, law, inputs),
    question: asked,
  });
  const chance = (what: string, meaning: string, value: number, law: Law, inputs: readonly string[]) =>
    make(what, meaning, value, '1', chanceText(value), law, inputs);
  const time = isMission ? 'mission.length' : 'objectives.availability.window';
  const down = isMission ? 'chance of an outage' : 'chance of being down';
  const outages = (what: string) => [
    name(what, 'steady'),
    name('outagesPerYear', 'steady'),
    'mission.length',
  ];
  const inputs = (what: 'naive' | 'independent' | 'correlated') =>
    isMission && what === 'correlated' ? outages(what) : reach[what](id, question);
  /** Machines alone, and how often they fail, within a mission. */
  const alone = isMission ? ['failures.machine.repair', 'mission.length'] : [];
  const laid = (own: Law, whole: Law) => (isService ? whole : own);
  return [
    chance(
      'naive',
      `${down}, as independence promises it,`,
      row.naive,
      isMission
        ? { ...laws.mission, law: `${laws.mission.law}: with U = P^N and w = N P^N / r` }
        : laid(laws.naive, laws.naiveService),
      [...inputs('naive'), ...alone],
    ),
    chance(
      'independent',
      `${down}, where as many must be up as are needed and nothing is shared,`,
      row.independent,
      isMission ? laws.mission : laws.independent,
      [...inputs('independent'), ...alone],
    ),
    chance(
      'correlated',
      `${down}, with all common causes,`,
      row.correlated,
      isMission ? laws.mission : laid(laws.correlated, laws.correlatedService),
      inputs('correlated'),
    ),
    chance('correlatedAtMost', `${down} at most`, row.correlatedAtMost, laws.atMost, [
      name('correlated'),
      'model.leftOut',
    ]),
    make('factor', 'correlated over naive', row.factor, '1', factorText(row.factor), laws.factor, [
      name('correlated'),
      name('naive'),
    ]),
    demonstrated(row, question, reach),
    make(
      'owner',
      `share of ${row.dominant.name}, which owns the most,`,
      row.dominant.share,
      '1',
      `${Number((100 * row.dominant.share).toPrecision(3))} % (${row.dominant.name})`,
      laws.owner,
      [name('correlated', isMission ? 'steady' : question), ...reach.cause(row.dominant.name)],
    ),
    make(
      'minutes',
      `minutes down in ${isMission ? 'the mission' : 'a window'}`,
      row.minutes,
      'min',
      minutesText(row.minutes),
      laws.minutes,
      [numberName(id, 'correlated', isMission ? 'steady' : question), time],
    ),
    ...(row.outagesPerYear === undefined || row.meanOutageHours === undefined
      ? []
      : [
          make(
            'outagesPerYear',
            'outages in a year',
            row.outagesPerYear,
            '1/y',
            `${Number(row.outagesPerYear.toPrecision(3))} /y`,
            laws.frequency,
            [...reach.correlated(id, 'steady'), ...reach.repairs],
          ),
          make(
            'meanOutageHours',
            'mean length of an outage',
            row.meanOutageHours,
            'h',
            hoursText(row.meanOutageHours),
            laws.duration,
            [name('correlated', 'steady'), name('outagesPerYear')],
          ),
        ]),
    ...(row.objective === undefined
      ? []
      : [
          chance('objective', 'unavailability that is allowed', row.objective, laws.allowed, [
            reach.objective(id),
          ]),
        ]),
  ];
}

/** What operation proves of a row; where it proves nothing, what would. */
function demonstrated(
  { id, title, demonstrated: shown }: AvailabilityRow,
  question: Question,
  reach: Reach,
): AvailabilityNumber {
  const name = numberName(id, 'demonstrated', question);
  const told = {
    name,
    meaning: `what operation supports at most, with 95 % confidence, of ${title}`,
    question: questionTexts[question],
  };
  if (shown.kind === 'none') {
    const advice = `give tiers.${id === 'service' ? 'NAME' : id}.observed, or an incident file`;
    return {
      ...told,
      display: 'nothing',
      origin: { kind: 'assumed', why: `nothing was observed: ${advice}` },
      inputs: [],
    };
  }
  const isMission = question === 'mission';
  const law = isMission
    ? laws.boundMission
    : shown.duration === 'observed'
      ? laws.boundObserved
      : laws.boundModelled;
  const modelled = isMission
    ? ['mission.length']
    : shown.duration === 'modelled'
      ? [numberName(id, 'meanOutageHours')]
      : [];
  return {
    ...told,
    ...{ value: shown.value, unit: '1', display: chanceText(shown.value), ...law, origin: derived },
    inputs: [...reach.observed(id), ...modelled],
  };
}

/** Causes by what they cost the service in the long run. */
export function causeNumbers({ causes }: AvailabilityPlan, reach: Reach): AvailabilityNumber[] {
  return causes.map(({ name, minutes }) => ({
    name: numberName('service', `cause.${wordsName(name)}`),
    meaning: `minutes of a window that would go without ${name}`,
    question: questionTexts.steady,
    ...{ value: minutes, unit: 'min', display: minutesText(minutes), ...laws.causeMinutes, origin: derived },
    inputs: [numberName('service', 'correlated'), 'objectives.availability.window', ...reach.cause(name)],
  }));
}
