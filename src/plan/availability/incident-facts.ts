import type { Evidence } from '../../evidence/fit.ts';
import type { Fitted } from '../../evidence/fitted.ts';
import { hoursPerYear } from '../../models/reliability/catalogue.ts';
import type { Interval } from '../../models/statistics/interval.ts';
import { formatQuantity } from '../../units/format.ts';
import type { IncidentEvidence } from './types.ts';

/** An incident file in a few lines: exposure, times between failures, bursts, shocks, and what is refused. */
export function incidentFacts(file: string, evidence: Evidence): IncidentEvidence {
  const { exposure, operation, clustering, failures, shocks, groups, snapshots, claim } = evidence;
  const facts = [
    ['machines watched', `${exposure.components}, for ${hours(exposure.hours)}`],
    ['incidents of machines', String(exposure.incidents)],
    [
      'continuous operation',
      `${hours(operation.currentHours)} so far, ${hours(operation.longestHours)} at best`,
    ],
    ['mean time to failure', meanTime(evidence)],
    ['failures of a machine', rate(failures.value, failures.interval)],
    ['demonstrated at 95 %', `at most ${perYear(evidence.demonstratedRate)}`],
    [
      'machines down',
      `${percent(evidence.unavailability.value)} (${interval(evidence.unavailability.interval, percent)})`,
    ],
    [
      'repair, alone',
      fitText(
        evidence.timeToRepair,
        ({ best }) =>
          `mean ${hours(best.mean.value)} (${interval(best.mean.interval, hours)}), ${best.model.family}`,
      ),
    ],
    [
      'failures in bursts',
      `${percent(clustering.inBursts)}, by chance ${percent(clustering.byChance)}: ${clustering.verdict}`,
    ],
    ...shocks
      .filter(({ events }) => events > 0)
      .map(({ level, events, rate: each }) => [
        `shared failures, ${level}`,
        `${events}, ${rate(each.value, each.interval)}`,
      ]),
    ...(groups === undefined
      ? []
      : [
          [
            'alpha-factors',
            fitText(groups.alphaFactors, (fit) => numbers(fit.alpha.map((each) => each.value))),
          ],
        ]),
    ...(snapshots === undefined
      ? []
      : [['correlation in groups', fitText(snapshots.betaBinomial, (fit) => numbers([fit.rho.value]))]]),
    ...(claim === undefined
      ? []
      : [
          [
            'assumed time to failure',
            `${hours(claim.claimedMttf)}: ${claim.verdict} (${claim.observed} failures, ${numbers([claim.expected])} expected)`,
          ],
        ]),
  ];
  return { file, facts: facts.map(([name = '', value = '']) => ({ name, value })) };
}

function meanTime({ meanTimeToFailure: mean }: Evidence): string {
  switch (mean.kind) {
    case 'stationary':
      return `${hours(mean.hours)} (${interval(mean.interval, hours)})`;
    case 'no failures':
      return `at least ${hours(mean.atLeastHours)}`;
    case 'trending':
      return `not quoted: the failures have a trend (p = ${numbers([mean.trend.pValue])})`;
  }
}

function fitText<T>(fitted: Fitted<T>, show: (fit: T) => string): string {
  return fitted.kind === 'fitted' ? show(fitted.fit) : `refused: ${fitted.reason}`;
}

function rate(value: number, range: Interval): string {
  return `${perYear(value)} (${interval(range, perYear)})`;
}

function interval({ low, high }: Interval, show: (value: number) => string): string {
  return `${show(low)} to ${show(high)}`;
}

function perYear(perHour: number): string {
  return `${numbers([perHour * hoursPerYear])} a year`;
}

function hours(value: number): string {
  return formatQuantity(value * 3600, 'h');
}

function percent(value: number): string {
  return formatQuantity(value, '%');
}

function numbers(values: readonly number[]): string {
  return values.map((value) => String(Number(value.toPrecision(3)))).join(', ');
}
