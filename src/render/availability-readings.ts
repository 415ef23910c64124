import { mendingText } from '../plan/availability/findings-objectives.ts';
import { availabilityText, chanceText, factorText } from '../plan/availability/text.ts';
import type { AvailabilityPlan } from '../plan/availability/types.ts';
import { percentText } from './availability-tables.ts';

/** The tier of the curve read three times at an instant: by P^N, by what its load needs, and as it is. */
export function readingLines({ curve, tables, outlook }: AvailabilityPlan): string[] {
  const row = tables
    .find(({ question }) => question === 'instant')
    ?.rows.find(({ id }) => id === curve?.tier);
  if (curve === undefined || row === undefined) return [];
  const { machines = 0, needed = 0, objective, dominant } = row;
  const against = (chance: number) =>
    objective === undefined
      ? ''
      : `, ${chance <= objective ? 'meets' : 'misses'} ${availabilityText(objective)}`;
  const reading = (name: string, chance: number) =>
    `${name}: down with chance ${chanceText(chance)}, up ${availabilityText(chance)}${against(chance)}`;
  const mending = outlook.find(({ id }) => id === row.id)?.mending;
  return [
    reading(`P^${machines}, as if one were enough and nothing were shared`, row.naive),
    ...(curve.naivePick === undefined || objective === undefined
      ? []
      : [`P^N < ${chanceText(objective)} would pick N = ${curve.naivePick}`]),
    reading(`${needed} of ${machines} independent servers, which the load needs`, row.independent),
    `${reading('correlated', row.correlated)}; ${percentText(dominant.share)} of it is owned by ${dominant.name}; ${factorText(row.factor)} times the naive figure`,
    `if nothing were known of what they share: down with chance at most ${chanceText(curve.atMost)}`,
    ...(mending === undefined ? [] : [mendingText(mending)]),
  ];
}

/** Where more replicas stop helping, and why. */
export function floorLine({ curve }: AvailabilityPlan): string {
  if (curve === undefined) return '';
  const { enough, floor, floorOwner } = curve;
  return `From ${enough} replicas on, one more takes away less than a tenth: the floor is ${chanceText(floor)} (up ${availabilityText(floor)}), ${percentText(floorOwner.share)} of it ${floorOwner.name}.`;
}
