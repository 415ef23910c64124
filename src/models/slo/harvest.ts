import { requireCount, requirePositive, requireProbability } from '../reliability/ranges.ts';

/** How data lies on nodes: every node has all of it, or every node has its own part. */
export type Layout = 'replicated' | 'partitioned';

/** What a service keeps when it cannot keep all: answers to everyone from less data, or full answers to fewer. */
export type DegradationPolicy = 'reduce-yield' | 'reduce-harvest';

export interface Degraded {
  /** Share of the data that an answer reflects. */
  readonly harvest: number;
  /** Share of the requests that are answered. */
  readonly yield: number;
  /** Data per request times requests per second, as share of what was asked: harvest · yield. */
  readonly dq: number;
}

/**
 * A fault of k among n nodes: a replicated service loses yield, a partitioned one harvest, both the same DQ.
 *
 * utilization: load over capacity before the fault, so that yield = min(1, (n − k) / (n ρ)). Brewer, Lessons from
 * Giant-Scale Services, IEEE Internet Computing 5(4), 2001. Throws a RangeError for k > n or ρ outside (0, 1].
 */
export function nodesLost(nodes: number, lost: number, layout: Layout, utilization = 1): Degraded {
  requireFault(nodes, lost);
  requireUtilization(utilization);
  const left = (nodes - lost) / nodes;
  if (layout === 'partitioned') return { harvest: left, yield: 1, dq: left };
  const answered = Math.min(1, left / utilization);
  return { harvest: 1, yield: answered, dq: answered };
}

/** Load on what is left after losing k of n equal nodes. */
export interface Overload {
  readonly lostCapacity: number;
  /** Load that each node left takes over, as share of its own: k / (n − k). */
  readonly redirected: number;
  /** n / (n − k); Infinity where nothing is left. */
  readonly overload: number;
  /** Yield if the nodes were saturated before: (n − k) / n. */
  readonly yieldIfSaturated: number;
  /** Share of the data per request to which answers must shrink for the yield to stay: (n − k) / n. */
  readonly dataPerRequest: number;
  /** Share of requests shed at utilization ρ: max(0, 1 − (n − k) / (n ρ)). */
  readonly shed: number;
}

/**
 * What the loss of k of n nodes does to the others. Brewer (2001), table 1: 2 of 5 lost overload the rest 1.667 times.
 *
 * Throws a RangeError for k > n or a utilization outside (0, 1].
 */
export function overloadOf(nodes: number, lost: number, utilization = 1): Overload {
  requireFault(nodes, lost);
  requireUtilization(utilization);
  const left = (nodes - lost) / nodes;
  return {
    lostCapacity: lost / nodes,
    redirected: lost / (nodes - lost),
    overload: nodes / (nodes - lost),
    yieldIfSaturated: left,
    dataPerRequest: left,
    shed: Math.max(0, 1 - left / utilization),
  };
}

/**
 * What a service with too little capacity answers under its policy. DQ is the same for both: what is left of it.
 *
 * left: share of the capacity that is left; utilization: load over the whole capacity. `reduce-yield` sheds requests,
 * `reduce-harvest` answers all of them from less data. Throws a RangeError for a share outside [0, 1] or ρ outside (0, 1].
 */
export function degrade(left: number, utilization: number, policy: DegradationPolicy): Degraded {
  requireProbability('share of the capacity that is left', left);
  requireUtilization(utilization);
  const dq = Math.min(1, left / utilization);
  return policy === 'reduce-yield' ? { harvest: 1, yield: dq, dq } : { harvest: dq, yield: 1, dq };
}

/** Shards of a service, each held by the same number of replicas on nodes of their own. */
export interface Shards {
  readonly shards: number;
  readonly replicas: number;
}

/**
 * Share of the data in an answer when replicas of named shards are lost: shards with a replica left over all shards.
 *
 * lost: how many replicas of each shard are gone. Two of three shards give 0.667. Throws a RangeError for more shards
 * or replicas than there are.
 */
export function shardHarvest({ shards, replicas }: Shards, lost: readonly number[]): number {
  requireCount('number of shards', shards, 1);
  requireCount('replicas of a shard', replicas, 1);
  if (lost.length > shards) {
    throw new RangeError(`shards with losses must not exceed ${shards}, and are ${lost.length}`);
  }
  for (const count of lost) {
    requireCount('lost replicas of a shard', count);
    if (count > replicas) throw new RangeError(`lost replicas must not exceed ${replicas}, and are ${count}`);
  }
  return (shards - lost.filter((count) => count === replicas).length) / shards;
}

/** What k losses among the nodes of all shards do, when any k nodes are equally likely. */
export interface RandomLoss {
  /** Mean share of the data in an answer. */
  readonly harvest: number;
  /** Chance that a given shard has no replica left. */
  readonly shardLost: number;
  /** Bound for the chance that any shard is lost: the sum over shards. */
  readonly anyShardLost: number;
}

/**
 * Mean harvest after k of n = shards · replicas nodes are lost at random: 1 − C(n − r, k − r) / C(n, k).
 *
 * Throws a RangeError for more losses than nodes.
 */
export function randomLosses({ shards, replicas }: Shards, lost: number): RandomLoss {
  requireCount('number of shards', shards, 1);
  requireCount('replicas of a shard', replicas, 1);
  const shardLost = allReplicasLost(shards * replicas, replicas, lost);
  return { harvest: 1 - shardLost, shardLost, anyShardLost: Math.min(1, shards * shardLost) };
}

/**
 * Chance that k losses among n nodes, all choices equally likely, hold every one of r given nodes: C(n − r, k − r) / C(n, k).
 *
 * It is also the mean share of records without a replica where each lies on r of the n nodes. Throws a RangeError for more
 * losses or replicas than nodes.
 */
export function allReplicasLost(nodes: number, replicas: number, lost: number): number {
  requireFault(nodes, lost);
  requireCount('replicas', replicas, 1);
  if (replicas > nodes) throw new RangeError(`replicas must not exceed ${nodes} nodes, and are ${replicas}`);
  let chance = 1;
  for (let i = 0; i < replicas; i += 1) chance *= Math.max(0, lost - i) / (nodes - i);
  return chance;
}

/**
 * DQ lost over an upgrade of n nodes for u hours each, in node-hours: n u, whichever way it is done. Brewer (2001).
 *
 * `fast` reboots all at once, `rolling` one after the other, `big-flip` half and half: only the depth and the length of
 * the loss differ. Throws a RangeError for no node or no time.
 */
export function upgradeLoss(
  nodes: number,
  hoursEach: number,
  manner: 'fast' | 'rolling' | 'big-flip',
): { readonly area: number; readonly depth: number; readonly hours: number } {
  requireCount('number of nodes', nodes, 1);
  requirePositive('time of an upgrade', hoursEach);
  const steps = { fast: 1, rolling: nodes, 'big-flip': Math.min(2, nodes) }[manner];
  return { area: nodes * hoursEach, depth: 1 / steps, hours: steps * hoursEach };
}

function requireFault(nodes: number, lost: number): void {
  requireCount('number of nodes', nodes, 1);
  requireCount('lost nodes', lost);
  if (lost > nodes) throw new RangeError(`lost nodes must not exceed ${nodes}, and are ${lost}`);
}

function requireUtilization(utilization: number): void {
  requirePositive('utilization', utilization);
  if (utilization > 1) throw new RangeError(`utilization must not exceed 1, and is ${utilization}`);
}
