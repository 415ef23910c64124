import type { Plan } from '../plan/types.ts';
import { formatQuantity } from '../units/format.ts';
import type { Table } from './table.ts';

/** One number of the essay, which the plan's quantity of that name is set beside. */
interface EssayStep {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** Words of the essay, or what its words amount to. */
  readonly source: string;
}

/** What the essay's numbers rest on. */
export const essayAssumptions =
  '10K RPS per region, 256 KB an image, 10 conversions per second and core, 32-core machines, 20 % headroom';

/** The essay's sizing, step by step: its own numbers, whatever is planned. */
export const essaySteps: readonly EssayStep[] = [
  {
    name: 'worker.throughputPerCore',
    value: 10,
    unit: 'req/s/core',
    source: '"10 conversions per second per CPU core"',
  },
  { name: 'worker.busyCores', value: 1000, unit: 'core', source: '"1K cores to support 10K RPS"' },
  {
    name: 'worker.machines.throughput',
    value: 32,
    unit: 'machine',
    source: '"~32 servers using 32-core machines": 1,000 / 32 = 31.25',
  },
  {
    name: 'worker.machines.headroom',
    value: 40,
    unit: 'machine',
    source: '"Adding 20% headroom for surges": 31.25 / (1 - 0.2) = 39.06',
  },
  {
    name: 'worker.machines.markup',
    value: 39,
    unit: 'machine',
    source: 'the multiplied reading, which the essay does not take: 32 x 1.2 = 38.4',
  },
  {
    name: 'api.servers.throughput',
    value: 2,
    unit: 'machine',
    source: 'figure 1: "10K RPS total", "5K RPS" each',
  },
  {
    name: 'api.servers.count',
    value: 3,
    unit: 'machine',
    source: 'figure 1: "API server 3+ Buffer capacity"',
  },
];

interface Step extends EssayStep {
  readonly planned: string;
}

/** How plans of the built-in example name their spec. */
const exampleFile = 'built-in example';

/** Whether the essay's numbers say anything about this plan: it plans the example, or the same peak and mean payload. */
export function plansEssay({ spec, quantities }: Plan): boolean {
  if (spec.file === exampleFile) return true;
  const peak = quantities.get('workload.peak')?.value;
  const mean = quantities.get('workload.payload.mean')?.value;
  return peak === 10_000 && mean === 256_000;
}

/** The essay's numbers beside the plan's own. */
export function arithmeticTable({ quantities }: Plan): Table<Step> {
  const rows = essaySteps.flatMap((step) => {
    const planned = quantities.get(step.name);
    return planned === undefined ? [] : [{ ...step, planned: planned.display }];
  });
  return {
    rows,
    columns: [
      { title: 'step', align: 'left', priority: 1, cell: ({ name }) => name },
      { title: 'essay', align: 'right', priority: 1, cell: ({ value, unit }) => formatQuantity(value, unit) },
      { title: 'this plan', align: 'right', priority: 1, cell: ({ planned }) => planned },
      { title: 'the essay says', align: 'left', priority: 2, wraps: true, cell: ({ source }) => source },
    ],
  };
}
