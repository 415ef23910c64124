import { nonNegative, positive, share, whole } from '../queueing/checks.ts';
import { ceilSnapped, floorSnapped } from './ceil.ts';

/** Bound of a rolling update: a number of replicas or a share of them. */
export type RolloutBound = { readonly count: number } | { readonly share: number };

/**
 * Units in each zone so that the zones that remain carry the load: ⌈needed/(zones - lost)⌉.
 *
 * needed: units that carry the load, not necessarily whole. Source: AWS Builders' Library, Static stability using
 * Availability Zones. Throws a RangeError for needed < 0, or lost not in 0..zones - 1.
 */
export function zoneStablePerZone(needed: number, zones: number, lost = 1): number {
  whole('number of zones', zones, 1);
  if (whole('number of lost zones', lost, 0) >= zones)
    throw new RangeError(`number of lost zones must be below the number of zones (${zones}), not ${lost}`);
  return ceilSnapped(nonNegative('units needed', needed) / (zones - lost));
}

/** Units over all zones so that the load is carried after `lost` zones are gone: zones · zoneStablePerZone. */
export function zoneStableCount(needed: number, zones: number, lost = 1): number {
  return zones * zoneStablePerZone(needed, zones, lost);
}

/**
 * Units that are left when the fullest zones are lost: count - Σ of the largest zones, spread as evenly as possible.
 *
 * Throws a RangeError for a count that is not whole, or lost zones beyond the number of zones.
 */
export function survivingUnits(count: number, zones: number, lostZones = 1): number {
  whole('number of units', count, 0);
  whole('number of zones', zones, 1);
  if (whole('number of lost zones', lostZones, 0) > zones)
    throw new RangeError(`number of lost zones must be at most ${zones}, not ${lostZones}`);
  const small = Math.floor(count / zones);
  const fuller = Math.min(lostZones, count % zones);
  return count - lostZones * small - fuller;
}

/**
 * Share of the demand that `surviving` units carry: min(1, surviving/needed). What is left is shed.
 *
 * needed: units that carry the whole demand, not necessarily whole. Throws a RangeError for needed <= 0 or surviving < 0.
 */
export function carriedShare(surviving: number, needed: number): number {
  return Math.min(1, nonNegative('surviving units', surviving) / positive('units needed', needed));
}

/**
 * Replicas at most and at least available during a Kubernetes rolling update.
 *
 * A share of maxSurge is rounded up, of maxUnavailable down; where both come out 0, one replica may be unavailable,
 * since nothing could move otherwise. Source: Kubernetes API, RollingUpdateDeployment. Throws a RangeError for
 * replicas that are no whole number, shares outside [0, 1] and negative counts.
 */
export function rollingUpdate(
  replicas: number,
  maxSurge: RolloutBound,
  maxUnavailable: RolloutBound,
): { readonly maxTotal: number; readonly minAvailable: number } {
  whole('number of replicas', replicas, 0);
  const surge = resolved('maximum surge', maxSurge, replicas, ceilSnapped);
  const unavailable = resolved('maximum unavailable', maxUnavailable, replicas, floorSnapped);
  const moving = surge === 0 && unavailable === 0 ? 1 : unavailable;
  return { maxTotal: replicas + surge, minAvailable: Math.max(0, replicas - moving) };
}

/** Relative distance of a metric to its target within which the autoscaler does nothing (its default). */
export const hpaTolerance = 0.1;

/**
 * Replicas that the Kubernetes horizontal autoscaler asks for: ⌈replicas · current/target⌉, unchanged within the tolerance.
 *
 * current, target: mean metric of each replica in one unit. Source: Kubernetes documentation, Horizontal Pod
 * Autoscaling, algorithm details. Throws a RangeError for negative input or a target that is not above 0.
 */
export function hpaDesired(
  replicas: number,
  current: number,
  target: number,
  tolerance = hpaTolerance,
): number {
  whole('number of replicas', replicas, 0);
  const ratio = nonNegative('current metric', current) / positive('target metric', target);
  return Math.abs(ratio - 1) <= nonNegative('tolerance', tolerance)
    ? replicas
    : ceilSnapped(replicas * ratio);
}

/** Fewest of n members that are a majority: ⌊n/2⌋ + 1. Throws a RangeError for n < 1. */
export function quorum(members: number): number {
  return Math.floor(whole('number of members', members, 1) / 2) + 1;
}

/** Members of a quorum system that keeps deciding after `failures` are gone: 2f + 1. Throws a RangeError for f < 0. */
export function quorumMembers(failures: number): number {
  return 2 * whole('number of failures', failures, 0) + 1;
}

/** Units for a load of `needed` units with k spares: ⌈needed⌉ + k. Throws a RangeError for negative input. */
export function nPlusK(needed: number, spares: number): number {
  return ceilSnapped(nonNegative('units needed', needed)) + whole('number of spares', spares, 0);
}

/** Units with a share of the capacity kept free: ⌈needed/(1 - headroom)⌉. Throws a RangeError for headroom outside [0, 1). */
export function withHeadroom(needed: number, headroom: number): number {
  if (share('headroom', headroom) === 1) throw new RangeError('headroom must be below 1');
  return ceilSnapped(nonNegative('units needed', needed) / (1 - headroom));
}

function resolved(
  quantity: string,
  bound: RolloutBound,
  replicas: number,
  round: (x: number) => number,
): number {
  return 'count' in bound ? whole(quantity, bound.count, 0) : round(replicas * share(quantity, bound.share));
}
