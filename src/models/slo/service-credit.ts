import { requirePositive, requireProbability } from '../reliability/ranges.ts';
import { Decimal, decimalOf, readDecimal } from './decimal.ts';
import { type Bounds, chanceOfMiss, type LossMode } from './miss-chance.ts';

/** A step of a service-level agreement: below this availability, this share of the bill is given back. Decimal texts. */
export interface CreditTier {
  readonly belowPercent: string;
  readonly creditPercent: string;
}

/** Availability of a month and the credit that is due for it. */
export interface Credit {
  readonly uptimePercent: number;
  readonly creditPercent: number;
}

/**
 * The credit for a month, decided in exact decimals: the largest of all tiers that the availability lies strictly below.
 *
 * 4.32 min of 43,200 are 99.99 % exactly, and not below it. Throws a RangeError for downtime outside the month.
 */
export function creditFor(tiers: readonly CreditTier[], downMinutes: number, monthMinutes: number): Credit {
  requirePositive('minutes of the month', monthMinutes);
  requirePositive('downtime', downMinutes, 'zero allowed');
  if (downMinutes > monthMinutes) {
    throw new RangeError(`downtime must not exceed the month of ${monthMinutes} min, and is ${downMinutes}`);
  }
  const down = decimalOf('downtime', downMinutes).times(100);
  const due = tiers
    .filter(({ belowPercent }) => down.gt(allowance(belowPercent).times(monthMinutes)))
    .map(({ creditPercent }) => readDecimal('credit', creditPercent).toNumber());
  const uptime = new Decimal(100).minus(down.div(monthMinutes));
  return { uptimePercent: uptime.toNumber(), creditPercent: Math.max(0, ...due) };
}

/** A tier with the chance that a month falls below it. */
export interface TierChance extends CreditTier {
  readonly chance: Bounds;
}

export interface CreditExposure {
  /** From the mildest tier to the hardest. */
  readonly tiers: readonly TierChance[];
  /** Expected share of a month's bill that is given back. */
  readonly expectedCredit: Bounds;
}

/**
 * What an agreement is expected to cost: Σ (credit_i − credit_{i−1}) P(month below tier i), from the losses of a ledger.
 *
 * modes: losses as share of the month's requests or time; cells as in `chanceOfMiss`. Tiers are sorted here; a lower tier must not credit less.
 * Throws a RangeError for tiers out of range or in contradiction.
 */
export function creditExposure(
  tiers: readonly CreditTier[],
  modes: readonly LossMode[],
  steady = 0,
  cells?: number,
): CreditExposure {
  const sorted = [...tiers].sort((a, b) => Number(b.belowPercent) - Number(a.belowPercent));
  const chances = sorted.map((tier) => ({
    ...tier,
    chance: chanceOfMiss(modes, allowance(tier.belowPercent).div(100).toNumber(), {
      steady,
      ...(cells === undefined ? {} : { cells }),
    }),
  }));
  let low = 0;
  let high = 0;
  let before = 0;
  for (const { belowPercent, creditPercent, chance } of chances) {
    const credit = readDecimal('credit', creditPercent).div(100).toNumber();
    requireProbability('credit', credit);
    if (credit < before)
      throw new RangeError(`credit below ${belowPercent} % must not be less than above it`);
    low += (credit - before) * chance.low;
    high += (credit - before) * chance.high;
    before = credit;
  }
  return { tiers: chances, expectedCredit: { low, high } };
}

/** How much more an objective promises itself than the agreement promises others. */
export interface SafetyMargin {
  /** Unavailability that the agreement allows beyond the objective; below 0 where the objective is the weaker one. */
  readonly unavailability: number;
  /** Budget of the agreement over that of the objective. */
  readonly factor: number;
}

/** The margin between an objective and the mildest tier of an agreement, both as exact decimals. */
export function safetyMargin(objectivePercent: string, tiers: readonly CreditTier[]): SafetyMargin {
  const own = allowance(objectivePercent);
  const promised = Decimal.min(...tiers.map(({ belowPercent }) => allowance(belowPercent)));
  return {
    unavailability: promised.minus(own).div(100).toNumber(),
    factor: promised.div(own).toNumber(),
  };
}

/** Percent of downtime that an availability leaves. */
function allowance(percent: string): Decimal {
  const read = readDecimal('availability', percent);
  if (!(read.gt(0) && read.lt(100))) {
    throw new RangeError(`availability must lie inside (0, 100) %, not ${percent}`);
  }
  return new Decimal(100).minus(read);
}
