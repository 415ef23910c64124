import { evaluateIn, type Prepared, prepare, tierLogic } from './evaluate.ts';
import { atPeak, type Parts, worldOf } from './parts.ts';
import { ownersIn } from './question-tables.ts';
import type { TierFacts } from './tier-facts.ts';
import type { Curve, CurvePoint, Demonstrated } from './types.ts';
import { changed, type World } from './world.ts';

const mostReplicas = 7;
/** One more replica is worth having while it takes away a tenth of what is left. */
const worthwhile = 0.1;
const tolerance = 1e-12;

/** A tier alone, worked out. */
export function prepareTier(parts: Parts, facts: TierFacts, leftOut = tolerance): Prepared {
  return prepare(worldOf(parts, atPeak, [facts]), tierLogic(facts.id), leftOut);
}

/** P^N beside the correlated chance that all of N replicas of a tier are down, for N = 1 … 7, and their floor. */
export function replicaCurve(parts: Parts, facts: TierFacts, demonstrated: Demonstrated): Curve {
  const p = parts.hardware.machine.unavailability;
  const points = Array.from({ length: mostReplicas }, (_, i): CurvePoint => {
    const replicas = i + 1;
    const prepared = prepareTier(parts, replicated(facts, replicas));
    const correlated = evaluateIn(prepared, prepared.world).service;
    const naive = p ** replicas;
    return {
      ...{ replicas, naive, correlated, factor: correlated / naive },
      // What operation has shown of so many machines says nothing about more or fewer.
      demonstrated: replicas === facts.machines ? demonstrated : { kind: 'none' },
    };
  });
  const floor = floorOf(parts, facts);
  const owners = ownersIn(prepareFloor(parts, facts)).get('service');
  return {
    tier: facts.id,
    machineUnavailability: p,
    points,
    floor,
    floorOwner: owners?.[0] ?? { name: 'nothing', share: 0 },
    enough: enoughOf(points),
  };
}

/**
 * What no number of machines gets below: racks, power, switches and machines never all fail at once, zones, the
 * region and the causes that take every machine do.
 */
export function floorOf(parts: Parts, facts: TierFacts): number {
  const prepared = prepareFloor(parts, facts);
  return evaluateIn(prepared, prepared.world).service;
}

function prepareFloor(parts: Parts, facts: TierFacts): Prepared {
  const one = replicated(facts, Math.max(1, parts.places.zones));
  const { world, logic } = prepareTier(parts, one, 1);
  return prepare(perfectInside(world), logic, tolerance);
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

function enoughOf(points: readonly CurvePoint[]): number {
  const found = points.find(({ correlated }, i) => {
    const next = points[i + 1];
    return next !== undefined && next.correlated > (1 - worthwhile) * correlated;
  });
  return found?.replicas ?? mostReplicas;
}
