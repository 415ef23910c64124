import { frechetBounds } from '../../models/reliability/families-bounds.ts';
import { naiveReplicas } from '../../models/reliability/independent.ts';
import { ownersIn } from './analysis.ts';
import { combinationsOf } from './combinations.ts';
import { evaluateIn, prepare, tierUnavailability } from './evaluate.ts';
import { tierLogic } from './logic.ts';
import { atPeak, type Parts, tierModel, worldOf } from './parts.ts';
import type { TierFacts } from './tier-facts.ts';
import type { Curve, CurvePoint, Demonstrated } from './types.ts';
import { changed, type World } from './world.ts';

const mostReplicas = 7;
/** One more replica is worth having while it takes away a tenth of what is left. */
const worthwhile = 0.1;
const tolerance = 1e-12;

/** P^N beside the correlated chance that all of N replicas of a tier are down, for N = 1 … 7, and their floor. */
export function replicaCurve(parts: Parts, facts: TierFacts, demonstrated: Demonstrated): Curve {
  const p = parts.hardware.machine.unavailability;
  const base = worldOf(parts, atPeak, [replicated(facts, 1)]);
  // What replicas share does not depend on their number.
  const over = combinationsOf(base, tolerance);
  const points = Array.from({ length: mostReplicas }, (_, i): CurvePoint => {
    const replicas = i + 1;
    const tier = tierModel(parts, replicated(facts, replicas), atPeak);
    const correlated = tierUnavailability({ ...base, tiers: [tier] }, over);
    const naive = p ** replicas;
    return {
      ...{ replicas, naive, correlated, factor: correlated / naive },
      // What operation has shown of so many machines says nothing about more or fewer.
      demonstrated: replicas === facts.machines ? demonstrated : { kind: 'none' },
    };
  });
  const lowest = prepare(floorWorld(parts, facts), tierLogic(facts.id), tolerance);
  const owners = ownersIn(lowest).peak.get('service');
  return {
    tier: facts.id,
    machineUnavailability: p,
    points,
    floor: evaluateIn(lowest, lowest.world).peak.service,
    floorOwner: owners?.[0] ?? { name: 'nothing', share: 0 },
    enough: enoughOf(points),
    ...pickOf(facts, p),
    atMost: atMostOf(facts, p),
  };
}

/**
 * What no number of machines gets below: racks, power, switches and machines never all fail at once, zones, the
 * region and the causes that take every machine do.
 */
export function floorOf(parts: Parts, facts: TierFacts): number {
  const world = floorWorld(parts, facts);
  return tierUnavailability(world, combinationsOf(world, 1e-9));
}

function floorWorld(parts: Parts, facts: TierFacts): World {
  return perfectInside(worldOf(parts, atPeak, [replicated(facts, Math.max(1, parts.places.zones))]));
}

/** Only what is shared by all machines of a zone or of the tier can fail; causes that spare some never take all. */
function perfectInside(world: World): World {
  const { machine, rack, power, switch: switches } = world.hardware;
  const inside = new Set([machine, ...rack, ...power, ...switches]);
  return changed(world, (event) => {
    const spares = 'first' in event && (event as { first: number }).first < 1;
    return inside.has(event) || spares ? { ...event, unavailability: 0 } : event;
  });
}

function replicated({ host: _, ...facts }: TierFacts, machines: number): TierFacts {
  return { ...facts, machines, need: () => 1 };
}

/** The N that P^N < R picks; none where no N does. */
function pickOf({ objective }: TierFacts, p: number): Pick<Curve, 'naivePick'> {
  const pick = objective === undefined ? Number.POSITIVE_INFINITY : naiveReplicas(p, objective);
  return Number.isFinite(pick) ? { naivePick: pick } : {};
}

/** Without evidence of independence: the sharp bound over all ways in which machines can hang together. */
function atMostOf({ machines, need }: TierFacts, p: number): number {
  return frechetBounds(machines - need(1) + 1, new Array<number>(machines).fill(p)).upper;
}

function enoughOf(points: readonly CurvePoint[]): number {
  const found = points.find(({ correlated }, i) => {
    const next = points[i + 1];
    return next !== undefined && next.correlated > (1 - worthwhile) * correlated;
  });
  return found?.replicas ?? mostReplicas;
}
