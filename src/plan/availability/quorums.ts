import { quorumBehaviour } from '../../models/reliability/quorum.ts';
import { capacityBelow } from './capacity.ts';
import type { Parts } from './parts.ts';
import { type TierFacts, withCopies } from './tier-facts.ts';
import type { QuorumRead } from './types.ts';

/** Reads and writes of every tier that keeps copies, from the distribution of the copies that survive. */
export function quorumReads(parts: Parts): QuorumRead[] {
  return parts.facts.flatMap((facts) => {
    const quorum = quorumOf(parts, facts);
    if (quorum === undefined) return [];
    const below = capacityBelow(parts, withCopies(facts, quorum.copies));
    // P(exactly k up) from P(fewer than k up); the sums up to R and W are what comes back out.
    const survivors = Array.from({ length: quorum.copies + 1 }, (_, k) =>
      Math.max(0, (below[k + 1] as number) - (below[k] as number)),
    );
    const { readUnavailability, writeUnavailability, readsSeeWrites } = quorumBehaviour(quorum, survivors);
    const { id, title } = facts;
    return [{ id, title, ...quorum, readUnavailability, writeUnavailability, readsSeeWrites }];
  });
}

function quorumOf({ plan }: Parts, { id, rule, machines, need }: TierFacts) {
  const value = (name: string) => plan.quantities.get(`${id}.${name}`)?.value;
  const [copies, write, read] = [value('replicas'), value('writeQuorum'), value('readQuorum')];
  if (copies !== undefined && write !== undefined) return { copies, write, read: read ?? write };
  return rule === 'majority' ? { copies: machines, read: need(1), write: need(1) } : undefined;
}
