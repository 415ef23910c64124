import type { Plan } from '../plan/types.ts';
import type { Table } from './table.ts';

/** One step of the essay's sizing of the resize workers, with the plan's value and the one from the cited rate. */
export interface Step {
  readonly name: string;
  readonly meaning: string;
  readonly planned: string;
  readonly cited: string;
}

/** The steps of the essay: rate per core, cores, machines, with headroom by capacity and by markup. */
const steps = [
  'worker.throughputPerCore',
  'worker.busyCores',
  'worker.machines.throughput',
  'worker.machines.headroom',
  'worker.machines.markup',
  'api.servers.throughput',
  'api.servers.count',
] as const;

/**
 * The essay's arithmetic beside the plan's, step by step. `cited` is the same plan made from the published rate;
 * without it the plan itself is the cited one.
 */
export function arithmeticTable(plan: Plan, cited: Plan | undefined): Table<Step> {
  const rows = steps.flatMap((name) => {
    const planned = plan.quantities.get(name);
    const published = (cited ?? plan).quantities.get(name);
    if (!planned || !published) return [];
    return [{ name, meaning: planned.meaning, planned: planned.display, cited: published.display }];
  });
  return {
    rows,
    columns: [
      { title: 'step', align: 'left', priority: 1, cell: ({ name }) => name },
      ...(cited
        ? [{ title: 'this plan', align: 'right', priority: 1, cell: ({ planned }: Step) => planned } as const]
        : []),
      { title: 'source', align: 'right', priority: 1, cell: (step) => step.cited },
      { title: 'meaning', align: 'left', priority: 2, wraps: true, cell: ({ meaning }) => meaning },
    ],
  };
}
