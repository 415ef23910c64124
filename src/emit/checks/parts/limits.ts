import type { Plan } from '../../../plan/types.ts';
import type { CheckInput, Fault } from '../../checks.ts';
import type { EmittedFile } from '../../types.ts';
import { roleConfigsOf, roleOf } from '../configs.ts';
import { bytesOf } from '../durations.ts';
import { type MemoryNeed, mebi, memoryNeeds, outsideOfHeap } from '../memory-needs.ts';
import { type Deployment, faultIn, type Part } from './part.ts';

const name = 'memory and disks';

/** Limits hold what was measured, and what programs were told that they may take. */
export function limitFaults(
  { parts }: Deployment,
  files: readonly EmittedFile[],
  { target, plan }: CheckInput,
): Fault[] {
  const roles = roleConfigsOf(files, target);
  return parts.flatMap((part) => {
    const { limit, configs } = part;
    if (limit === undefined) return [];
    const needs = [
      ...configs.flatMap((config) => memoryNeeds(config, roleOf(config, roles), plan)),
      ...heapNeeds(part, plan),
    ];
    return needs
      .filter(({ bytes }) => bytes > limit.bytes)
      .slice(0, 1)
      .map(({ bytes, what }) => {
        const message = `${part.shown} may take ${mebi(limit.bytes)}, but ${what} takes ${mebi(bytes)}`;
        const advice = 'a limit below what is needed kills the container; raise it or lower the need';
        return faultIn(name, limit.place, message, advice);
      });
  });
}

/** A heap that a variable or an argument allows. */
function heapNeeds({ words }: Part, plan: Plan): MemoryNeed[] {
  return words.flatMap(({ text }) => {
    const [, key, amount] = /^(MAX_HEAP_SIZE=|GOMEMLIMIT=|-Xmx)(\d+[a-zA-Z]*)$/.exec(text) ?? [];
    const bytes = bytesOf(amount);
    if (bytes === undefined) return [];
    // The variable is Cassandra's own.
    if (key === 'MAX_HEAP_SIZE=')
      return [{ bytes: bytes + outsideOfHeap(plan), what: `a node with ${text}` }];
    return [{ bytes, what: `the heap of ${text}` }];
  });
}
