import type { Evidence } from '../../evidence/fit.ts';
import { fitEvidence } from '../../evidence/fit.ts';
import type { Incident, IncidentLog } from '../../evidence/types.ts';
import type { Observation } from './demonstrated.ts';
import type { ServiceLogic } from './logic.ts';
import type { TierFacts } from './tier-facts.ts';

/** Names under which incidents may speak of a plan: a tier as a whole, or one of its machines, `api-1`, `api-2`, … */
export function componentNames(tiers: readonly TierFacts[]): string[] {
  return tiers.flatMap(({ id, nodes }) => [id, ...machineNames(id, nodes)]);
}

function machineNames(id: string, machines: number): string[] {
  return Array.from({ length: machines }, (_, i) => `${id}-${i + 1}`);
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * Outages of every tier and of the service that follow from a log of incidents.
 *
 * A tier is down while fewer machines are up than it needs at the peak; an incident of the tier itself takes the
 * share of its machines that was affected. The service is down while its logic says so. Tiers that the log does not
 * mention count as watched: the log is taken to be complete for its window.
 */
export function observations(
  log: IncidentLog,
  tiers: readonly TierFacts[],
  logic: ServiceLogic,
): ReadonlyMap<string, Observation> {
  const downs = new Map(tiers.map((tier) => [tier.id, downStretches(log, tier)]));
  const all = new Map(tiers.map(({ id }) => [id, observationOf(log, downs.get(id) ?? [])]));
  const times = logic.names.flatMap((name) => (downs.get(name) ?? []).flatMap(({ from, to }) => [from, to]));
  const service = stretches(times, (time) => {
    const isDown = (name: string) =>
      (downs.get(name) ?? []).some(({ from, to }) => from <= time && time < to);
    return logic.probability(logic.names.map((name) => (isDown(name) ? 1 : 0))) > 0.5;
  });
  return new Map([...all, ['service', observationOf(log, service)]]);
}

function downStretches(log: IncidentLog, { id, machines, nodes, need }: TierFacts): Stretch[] {
  const names = new Set(machineNames(id, nodes));
  const mine = log.incidents.filter(({ component }) => component === id || names.has(component));
  const spare = machines - need(1);
  const times = mine.flatMap((incident) => [incident.start, endOf(incident, log)]);
  return stretches(times, (time) => {
    const open = mine.filter((incident) => incident.start <= time && time < endOf(incident, log));
    const taken = open.reduce(
      (sum, { component, share }) => sum + share * (component === id ? machines : 1),
      0,
    );
    return taken > spare + 1e-9;
  });
}

/** Joins the times between neighbouring moments in which something holds. */
function stretches(times: readonly number[], holds: (time: number) => boolean): Stretch[] {
  const moments = [...new Set(times)].sort((a, b) => a - b);
  const found: Stretch[] = [];
  moments.slice(0, -1).forEach((from, i) => {
    if (!holds(from)) return;
    const to = moments[i + 1] as number;
    const last = found.at(-1);
    if (last !== undefined && last.to === from) found[found.length - 1] = { from: last.from, to };
    else found.push({ from, to });
  });
  return found;
}

function observationOf({ window }: IncidentLog, down: readonly Stretch[]): Observation {
  const downHours = down.reduce((sum, { from, to }) => sum + (to - from), 0) / 3600;
  return { hours: (window.to - window.from) / 3600, outages: down.length, downHours };
}

function endOf(incident: Incident, log: IncidentLog): number {
  return incident.end ?? log.window.to;
}

/** What the incidents of single machines say, over all tiers that stand on machines of their own. */
export function machineEvidence(
  log: IncidentLog,
  tiers: readonly TierFacts[],
  claimedMttfHours: number,
  zones: number,
): Evidence {
  const own = tiers.filter(({ host }) => host === undefined);
  const names = new Set(own.flatMap(({ id, nodes }) => machineNames(id, nodes)));
  const incidents = log.incidents.filter(({ component }) => names.has(component));
  const groups = groupsOf(own);
  const placed = incidents.some(({ domain }) => domain.length > 0);
  return fitEvidence(
    { ...log, incidents },
    {
      components: names.size,
      claimedMttfHours,
      ...(groups.length === 0 ? {} : { groups }),
      ...(placed ? { levels: [zoneLevel(own, zones)] } : {}),
    },
  );
}

/** The outermost part of a domain path is its zone. */
function zoneLevel(tiers: readonly TierFacts[], zones: number) {
  const size = tiers.reduce((sum, { nodes }) => sum + Math.ceil(nodes / zones), 0);
  return { name: 'zone', count: zones, size };
}

/** Tiers of the most frequent size: only groups of one size can be fitted together. */
function groupsOf(tiers: readonly TierFacts[]): string[][] {
  const sizes = new Map<number, number>();
  for (const { nodes } of tiers) if (nodes > 1) sizes.set(nodes, (sizes.get(nodes) ?? 0) + 1);
  const common = [...sizes].sort((a, b) => b[1] - a[1])[0]?.[0];
  return tiers.filter(({ nodes }) => nodes === common).map(({ id, nodes }) => machineNames(id, nodes));
}
