import type {
  HarvestLoss,
  LatencyPlan,
  OverloadYield,
  SloPlan,
  TierHarvest,
  YieldPlan,
} from '../plan/slo/types.ts';
import { hourText, partText, timeText } from './slo-text.ts';
import type { Column, Table } from './table.ts';

interface OutageRow {
  readonly title: string;
  readonly at: YieldPlan['atPeak'];
  readonly budget?: number;
}

/** The same outage at several hours of the day, by the clock and by the requests that it costs. */
export function yieldTable({ atPeak, atTrough, plannedWork, budgetShare }: YieldPlan): Table<OutageRow> {
  return {
    rows: [
      { title: 'around the peak', at: atPeak, budget: budgetShare.atPeak },
      { title: 'around the trough', at: atTrough, budget: budgetShare.atTrough },
      { title: 'best hour for planned work', at: plannedWork.best },
      { title: 'worst hour for planned work', at: plannedWork.worst },
    ],
    columns: [
      { title: 'outage', align: 'left', priority: 1, cell: ({ title }) => title },
      {
        title: 'from',
        align: 'right',
        priority: 2,
        cell: ({ at }) => hourText(at.startHour),
        fields: [{ name: 'start_hour', value: ({ at }) => at.startHour }],
      },
      share('of the time', 'uptime_loss', 1, ({ at }) => at.uptimeLoss),
      share('of the requests', 'yield_loss', 1, ({ at }) => at.yieldLoss),
      {
        title: 'of the budget',
        align: 'right',
        priority: 3,
        cell: ({ budget }) => (budget === undefined ? '' : partText(budget)),
        fields: [{ name: 'budget_share', value: ({ budget }) => budget ?? '' }],
      },
    ],
  };
}

/** What shedding leaves answered while demand is above capacity. */
export function overloadTable({ overload }: YieldPlan): Table<OverloadYield> {
  return {
    rows: overload,
    columns: [
      { title: 'when', align: 'left', priority: 1, cell: ({ title }) => title },
      { title: 'tightest tier', align: 'left', priority: 3, cell: ({ tier }) => tier },
      share('capacity for the peak', 'capacity', 2, ({ capacity }) => capacity),
      share('answered at the peak', 'yield_at_peak', 1, ({ yieldAtPeak }) => yieldAtPeak),
      share('answered in a day', 'yield', 1, (row) => row.yield),
    ],
  };
}

interface HarvestRow {
  readonly of: TierHarvest;
  readonly loss: HarvestLoss;
}

/**
 * Data in the answer, and requests answered, when machines that hold data are lost; all losses, or only those that cost
 * something or of which nobody has decided what gives way.
 */
export function harvestTable({ harvest }: SloPlan, onlyCostly = false): Table<HarvestRow> {
  const rows = harvest.flatMap((of) => of.losses.map((loss) => ({ of, loss })));
  const costs = ({ of, loss }: HarvestRow) =>
    loss.harvest < 1 || loss.yield < 1 || (of.policy === undefined && loss === of.losses[0]);
  return {
    rows: onlyCostly ? rows.filter(costs) : rows,
    columns: [
      { title: 'tier', align: 'left', priority: 1, cell: ({ of }) => of.tier },
      {
        title: 'data',
        align: 'left',
        priority: 4,
        cell: ({ of }) =>
          of.layout === 'replicated'
            ? `whole on ${of.nodes}`
            : `${of.shards} x ${of.replicas} on ${of.nodes}`,
        fields: [
          { name: 'layout', value: ({ of }) => of.layout },
          { name: 'nodes', value: ({ of }) => of.nodes },
          { name: 'shards', value: ({ of }) => of.shards },
          { name: 'replicas', value: ({ of }) => of.replicas },
        ],
      },
      { title: 'gives way by', align: 'left', priority: 2, cell: ({ of }) => of.policy ?? 'undecided' },
      {
        title: 'lost',
        align: 'left',
        priority: 1,
        cell: ({ loss }) => loss.what,
        fields: [{ name: 'lost', value: ({ loss }) => loss.lost }],
      },
      share('harvest', 'harvest', 1, ({ loss }) => loss.harvest),
      share('a shard is gone', 'any_shard_lost', 5, ({ loss }) => loss.anyShardLost),
      share('yield', 'yield', 1, ({ loss }) => loss.yield),
      share('DQ', 'dq', 5, ({ loss }) => loss.dq),
      { title: 'so', align: 'left', priority: 3, wraps: true, cell: ({ loss }) => loss.consequence },
    ],
  };
}

/** The percentile as the share of requests that it is, and what a mean would have said. */
export function latencyLines({
  statement,
  metric,
  fit,
  moved,
  mean,
  below,
  percentile,
}: LatencyPlan): string[] {
  const bucket =
    fit.kind === 'exact'
      ? `The bucket of ${metric} that ends at ${timeText(fit.bucket)} counts it exactly${moved ? '; the plan moves a bucket there' : ''}.`
      : `No bucket of ${metric} ends there: the share is only known to lie between those of ${timeText(fit.below)} and ${timeText(fit.above)}.`;
  const hides = mean.hidden
    ? `The mean of ${timeText(mean.mean)} would have hidden that the percentile takes ${timeText(mean.percentile)}.`
    : `The mean is ${timeText(mean.mean)}, the percentile ${timeText(mean.percentile)}.`;
  return [
    `${statement}.`,
    bucket,
    `${hides} By the plan ${partText(mean.slow)} of requests take longer than ${timeText(below)}, where ${partText(1 - percentile)} may; the same mean could hide ${partText(mean.couldHide)}.`,
  ];
}

/** Classes of requests that take about the same time. */
export function latencyTable({ classes }: LatencyPlan): Table<LatencyPlan['classes'][number]> {
  return {
    rows: classes,
    columns: [
      {
        title: 'takes',
        align: 'right',
        priority: 1,
        cell: ({ seconds }) => timeText(seconds),
        fields: [{ name: 'seconds', value: ({ seconds }) => seconds }],
      },
      share('of the requests', 'share', 1, (row) => row.share),
    ],
  };
}

function share<Row>(title: string, name: string, priority: number, value: (row: Row) => number): Column<Row> {
  return {
    title,
    align: 'right',
    priority,
    cell: (row) => partText(value(row)),
    fields: [{ name, value }],
  };
}
