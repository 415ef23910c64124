import type { Plan } from '../../plan/types.ts';
import type { Config, RoleConfig } from './configs.ts';
import { amountOf } from './durations.ts';
import { numberAt } from './values.ts';

/** Memory that a config makes its reader take. */
export interface MemoryNeed {
  readonly bytes: number;
  /** Subject of "... takes": `2 resize processes as measured`. */
  readonly what: string;
}

const engines: readonly (readonly [file: RegExp, line: RegExp])[] = [
  [/redis.*\.conf$/, /^\s*maxmemory\s+(\S+)/m],
  [/nats.*\.conf$/, /^\s*max_memory_store\s*[:=]?\s*"?([0-9]\w*)/m],
];

/** What the reader of a config needs at least: what was measured, and what it was told that it may take. */
export function memoryNeeds(config: Config, role: RoleConfig | undefined, plan: Plan): MemoryNeed[] {
  if (role !== undefined) return workerNeeds(role, plan);
  return engines.flatMap(([file, line]) => {
    const [, amount] = (file.test(config.name) ? line.exec(config.text) : null) ?? [];
    const bytes = amountOf(amount);
    return bytes === undefined ? [] : [{ bytes, what: `what ${config.name} allows` }];
  });
}

/** Memory of one resize process, as it was measured; undefined where the plan does not know it. */
export function measuredProcess(plan: Plan): number | undefined {
  return plan.quantities.get('worker.memory.perProcess')?.value;
}

/** Memory of a node of Cassandra outside of its heap, as it was measured. */
export function outsideOfHeap(plan: Plan): number {
  return plan.quantities.get('usageStore.memory.outside')?.value ?? 0;
}

function workerNeeds({ value }: RoleConfig, plan: Plan): MemoryNeed[] {
  const processes = numberAt(value, ['worker', 'processes']);
  const measured = measuredProcess(plan);
  if (processes === undefined || measured === undefined) return [];
  const each = numberAt(value, ['worker', 'memoryBytes']) ?? measured;
  return [
    { bytes: processes * measured, what: `${processes} resize processes as measured` },
    // A process is replaced only once it is above its own limit, so all of them may be there at once.
    { bytes: processes * each, what: `${processes} processes at their limit` },
  ];
}

/** Bytes as people read them. */
export function mebi(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
