import { stripeDurability } from '../../models/reliability/durability.ts';
import { meanTimeToLossOfAll } from '../../models/reliability/repair.ts';
import { hoursText } from './text.ts';

/** How the copies of a record are lost for good. Rates per hour. */
export interface CopyLoss {
  readonly copies: number;
  /** Zones over which they stand. */
  readonly zones: number;
  /** A lost copy is made anew within so many hours. */
  readonly rebuildHours: number;
  readonly failureRate: number;
  readonly burst: { readonly rate: number; readonly lethality: number };
}

/**
 * Chance that all copies of a record are lost within some hours: by disks alone, and with power failures that kill
 * some of them at once. Copies in zones of their own are out of reach of one loss of power.
 *
 * Disks alone: 1 - exp(-T / mean time to the loss of all), too large by at most a share of λ/μ, since copies begin whole.
 */
export function lossOfCopies(loss: CopyLoss, hours: number) {
  const { copies, zones, rebuildHours, failureRate, burst } = loss;
  const repairRate = 1 / rebuildHours;
  const apart = zones >= copies;
  const naive = -Math.expm1(-hours / meanTimeToLossOfAll(copies, failureRate, repairRate, 'parallel'));
  if (apart) return { naive, correlated: naive, apart };
  const stripe = { pieces: copies, needed: 1, failureRate, repairRate, repair: 'parallel' } as const;
  return { naive, correlated: stripeDurability({ ...stripe, bursts: [burst] }, hours).loss, apart };
}

/** What of a record's year is at stake. Hours. */
export interface Stake {
  readonly loss: CopyLoss;
  /** Until something else than the copies brings a new record back, in the mean; infinite where nothing does. */
  readonly unsavedHours: number;
  /** For which only one copy has a record that was acknowledged. */
  readonly loneHours: number;
}

/** The objective of durability against a tier's copies. Chances that a stored record is lost within a year. */
export interface Durability {
  readonly loss: number;
  readonly allowed: number;
  readonly met: boolean;
}

const hoursPerYear = 8766;

/**
 * Chance that a stored record is lost within a year.
 *
 * All copies go in a year with chance q; what is in a backup or a log by then comes back, so a record is only at stake
 * while it is not yet there: 1 - (1 - q)^(t/year). To this comes that the one copy which has it dies before others do.
 */
export function recordLoss({ loss, unsavedHours, loneHours }: Stake): number {
  const exposed = Math.min(1, unsavedHours / hoursPerYear);
  const together = -Math.expm1(exposed * Math.log1p(-lossOfCopies(loss, hoursPerYear).correlated));
  const alone = -Math.expm1(-loss.failureRate * loneHours);
  return together + alone - together * alone;
}

/** What brings a record's loss below what is allowed, each alone and in words with what it then is; may be empty. */
export function durabilityMendings(stake: Stake, allowed: number): string[] {
  const { loss } = stake;
  const { copies, zones } = loss;
  const withCopies = (count: number, places: number): Stake => ({
    ...stake,
    loss: { ...loss, copies: count, zones: places },
  });
  const ways: readonly (readonly [string, Stake])[] = [
    ...(zones < copies ? [['a zone of its own for each copy', withCopies(copies, copies)] as const] : []),
    ['1 more copy', withCopies(copies + 1, zones)],
    ...(zones > copies
      ? []
      : [['1 more copy, each in a zone of its own', withCopies(copies + 1, copies + 1)] as const]),
    ...(stake.loneHours > 0
      ? [['acknowledge a write once a second copy has it', { ...stake, loneHours: 0 }] as const]
      : []),
  ];
  const enough = ways.filter(([, way]) => recordLoss(way) <= allowed).map(([name]) => name);
  const hours = longestRebuild(stake, allowed);
  return [
    // More copies where they stand are the lesser demand.
    ...enough.filter((name) => !(name.startsWith('1 more copy,') && enough.includes('1 more copy'))),
    ...(hours === undefined ? [] : [`make a lost copy anew within ${hoursText(hours)}`]),
  ];
}

/** Nobody can promise a new copy sooner than within a quarter of an hour. */
const shortestRebuild = 0.25;

/** The longest time for a new copy with which a record's loss is allowed, to two digits. */
function longestRebuild(stake: Stake, allowed: number): number | undefined {
  const lossAt = (rebuildHours: number) => recordLoss({ ...stake, loss: { ...stake.loss, rebuildHours } });
  let [fits, fails] = [shortestRebuild, stake.loss.rebuildHours];
  if (fits >= fails || lossAt(fits) > allowed) return undefined;
  while (fails / fits > 1.005) {
    const middle = Math.sqrt(fits * fails);
    if (lossAt(middle) <= allowed) fits = middle;
    else fails = middle;
  }
  const unit = 10 ** (Math.floor(Math.log10(fits)) - 1);
  return Math.floor(fits / unit) * unit;
}
