import {
  type Attributes,
  attributesOf,
  type DomainChild,
  type DomainEvent,
  type FailureDomain,
  isDomain,
} from './domains.ts';
import type { HitFinder } from './domains-classes.ts';
import type { Hit } from './domains-table.ts';

/** Bits of the causes that hit something below, and of those that take everything below for certain. */
interface Reach {
  readonly any: number;
  readonly all: number;
  /** By place, because one object may stand in several places of a fleet. */
  readonly children: readonly Reach[];
}

/** A fleet in which causes that take exactly one domain are events of that domain. */
export interface NestedCauses {
  readonly root: FailureDomain;
  /** Bits of the causes that became events. */
  readonly nested: number;
}

/**
 * Makes events of the causes that take all machines of one domain and nothing else: they do not cross anything.
 *
 * events: what cause i is as an event. The fleet itself is not changed; touched domains are copied.
 */
export function nestCauses(
  root: FailureDomain,
  events: readonly DomainEvent[],
  findHits: HitFinder,
): NestedCauses {
  const reach = reachOf(root, {}, findHits);
  return settle(root, reach, reach.any, events);
}

function settle(
  domain: FailureDomain,
  reach: Reach,
  causes: number,
  events: readonly DomainEvent[],
): NestedCauses {
  const own = causes & reach.all;
  let nested = own;
  const shared = hitTwice(reach);
  const children = domain.children.map((child, place) => {
    const below = reach.children[place] as Reach;
    const exclusive = causes & ~own & below.any & ~shared;
    if (exclusive === 0 || !isDomain(child) || (child.copies ?? 1) !== 1) return child;
    const settled = settle(child, below, exclusive, events);
    nested |= settled.nested;
    return settled.root;
  });
  const added = events.filter((_, cause) => (own & (1 << cause)) !== 0);
  return { root: { ...domain, children, events: [...domain.events, ...added] }, nested };
}

/** Bits of the causes that hit more than one child. */
function hitTwice({ children }: Reach): number {
  let once = 0;
  let twice = 0;
  for (const { any } of children) {
    twice |= once & any;
    once |= any;
  }
  return twice;
}

function reachOf(child: DomainChild, inherited: Attributes, findHits: HitFinder): Reach {
  const own = attributesOf(child, inherited);
  if (!isDomain(child)) return reachOfMachines(findHits(own));
  const children = child.children.map((inner) => reachOf(inner, own, findHits));
  return {
    any: children.reduce((bits, inner) => bits | inner.any, 0),
    all: children.reduce((bits, inner) => bits & inner.all, -1),
    children,
  };
}

function reachOfMachines(hits: readonly Hit[]): Reach {
  const any = hits.reduce((bits, { cause }) => bits | (1 << cause), 0);
  const all = hits.reduce((bits, { cause, share }) => (share === 1 ? bits | (1 << cause) : bits), 0);
  return { any, all, children: [] };
}
