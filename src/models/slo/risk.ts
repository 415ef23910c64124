import { requirePositive, requireProbability } from '../reliability/ranges.ts';

/** Minutes of a mean year of 365.25 days. */
const minutesPerYear = 525_960;
const daysPerYear = 365.25;

/** One way to fail: how often, how long until it is noticed and until it is over, and how much it takes. */
export interface Risk {
  readonly name: string;
  readonly eventsPerYear: number;
  readonly detectMinutes: number;
  readonly repairMinutes: number;
  /** Share of requests that fail meanwhile. */
  readonly impact: number;
}

/** Events in a mean year of something that happens every so many days. Throws a RangeError unless that is above 0. */
export function eventsPerYear(daysBetween: number): number {
  requirePositive('days between events', daysBetween);
  return daysPerYear / daysBetween;
}

/**
 * Bad minutes a year: events · (detect + repair) · impact, in minutes of full outage.
 *
 * Google CRE, Know thy enemy: how to prioritize and communicate risks (2017). Throws a RangeError for negative numbers
 * or an impact outside [0, 1].
 */
export function badMinutesPerYear(risk: Risk): number {
  requirePositive(`events of ${risk.name}`, risk.eventsPerYear, 'zero allowed');
  requirePositive(`time to detect ${risk.name}`, risk.detectMinutes, 'zero allowed');
  requirePositive(`time to repair ${risk.name}`, risk.repairMinutes, 'zero allowed');
  requireProbability(`impact of ${risk.name}`, risk.impact);
  return risk.eventsPerYear * (risk.detectMinutes + risk.repairMinutes) * risk.impact;
}

export interface RiskLine {
  readonly name: string;
  readonly minutes: number;
  readonly budgetShare: number;
  /** Above the share that one risk alone may take. */
  readonly overCap: boolean;
}

export interface RiskStack {
  readonly budgetMinutes: number;
  readonly minutes: number;
  readonly fits: boolean;
  /** In order of cost. */
  readonly lines: readonly RiskLine[];
}

/**
 * All risks against a year's budget, and which of them takes more of it than one may: a quarter as a rule.
 *
 * budget: share of bad minutes. The cap is the default of the CRE spreadsheet. Throws as `badMinutesPerYear`.
 */
export function riskStack(risks: readonly Risk[], budget: number, cap = 0.25): RiskStack {
  requireProbability('error budget', budget);
  requirePositive('error budget', budget);
  requireProbability('largest share of one risk', cap);
  const budgetMinutes = budget * minutesPerYear;
  const lines = risks
    .map((risk) => {
      const minutes = badMinutesPerYear(risk);
      const budgetShare = minutes / budgetMinutes;
      return { name: risk.name, minutes, budgetShare, overCap: budgetShare > cap };
    })
    .sort((a, b) => b.minutes - a.minutes);
  const minutes = lines.reduce((sum, line) => sum + line.minutes, 0);
  return { budgetMinutes, minutes, fits: minutes <= budgetMinutes, lines };
}

export type Lever = 'rarer' | 'sooner detected' | 'sooner repaired' | 'smaller';

/** How much one lever saves when it is moved by the same share, and where it must stand for the risk to fit its cap. */
export interface LeverEffect {
  readonly lever: Lever;
  /** Minutes a year saved by halving the input. */
  readonly savedByHalving: number;
  /** The value at which the risk costs no more than `allowed`; below 0 where this lever alone cannot do it. */
  readonly needed: number;
}

/** Of levers that save the same: time is what one can change first, then the reach, and causes last. */
const byEase: readonly Lever[] = ['sooner repaired', 'sooner detected', 'smaller', 'rarer'];
/** Savings closer than this are the same: what tells them apart is how floats are rounded. */
const sameSaving = 1e-9;

/**
 * The levers of a risk, the one that saves most first. Rarer and smaller always save half; sooner saves its part. What
 * a lever costs is not known here; of those that save the same, the one that is easier to move comes first.
 *
 * allowed: minutes a year that the risk may cost. Throws as `badMinutesPerYear`.
 */
export function leversOf(risk: Risk, allowed: number): LeverEffect[] {
  const minutes = badMinutesPerYear(risk);
  requirePositive('allowed minutes', allowed, 'zero allowed');
  const time = risk.detectMinutes + risk.repairMinutes;
  const ratio = minutes === 0 ? 1 : allowed / minutes;
  const per = risk.eventsPerYear * risk.impact;
  const levers: LeverEffect[] = [
    { lever: 'rarer', savedByHalving: minutes / 2, needed: risk.eventsPerYear * ratio },
    { lever: 'smaller', savedByHalving: minutes / 2, needed: risk.impact * ratio },
    {
      lever: 'sooner detected',
      savedByHalving: (per * risk.detectMinutes) / 2,
      needed: time * ratio - risk.repairMinutes,
    },
    {
      lever: 'sooner repaired',
      savedByHalving: (per * risk.repairMinutes) / 2,
      needed: time * ratio - risk.detectMinutes,
    },
  ];
  return levers.sort((a, b) => {
    const more = b.savedByHalving - a.savedByHalving;
    return Math.abs(more) > sameSaving * minutes ? more : byEase.indexOf(a.lever) - byEase.indexOf(b.lever);
  });
}
