import { nearest } from '../problems/nearest.ts';
import { InvalidInput, type Problem } from '../problems/problem.ts';
import { type ProcessSpec, processFileName } from './process-file.ts';

export type Processes = Readonly<Record<string, ProcessSpec>>;

/**
 * For each process the names of those that must be ready before it starts, in an order in which they can be started.
 * Throws InvalidInput where a tier is unknown or tiers wait for each other in a circle.
 */
export function startOrder(processes: Processes, known: readonly string[]): Map<string, readonly string[]> {
  const entries = Object.entries(processes);
  const problems: Problem[] = [];
  const waits = new Map(
    entries.map(([name, { needs, sequence }], index) => {
      const before = sequence
        ? entries.slice(0, index).findLast(([, each]) => each.sequence === sequence)?.[0]
        : undefined;
      for (const tier of needs) if (!known.includes(tier)) problems.push(unknownTier(name, tier, known));
      const needed = entries.filter(([other, { tier }]) => other !== name && needs.includes(tier));
      return [name, [...new Set([...needed.map(([other]) => other), ...(before ? [before] : [])])]] as const;
    }),
  );
  if (problems.length > 0) throw new InvalidInput(problems);
  return sorted(waits);
}

function sorted(waits: ReadonlyMap<string, readonly string[]>): Map<string, readonly string[]> {
  const order = new Map<string, readonly string[]>();
  const left = new Set(waits.keys());
  while (left.size > 0) {
    const next = [...left].filter((name) => waits.get(name)?.every((each) => order.has(each)));
    if (next.length === 0) {
      throw fault(`these wait for each other: ${[...left].join(', ')}`, 'take one of their needs away');
    }
    for (const name of next) {
      order.set(name, waits.get(name) ?? []);
      left.delete(name);
    }
  }
  return order;
}

function unknownTier(name: string, tier: string, known: readonly string[]): Problem {
  const near = nearest(tier, known);
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  return fault(`${name} needs ${tier}, which no process is of${hint}`, 'name a tier of this file')
    .problems[0] as Problem;
}

function fault(message: string, advice: string): InvalidInput {
  return new InvalidInput([{ code: 'bad-file', file: processFileName, message, advice }]);
}
