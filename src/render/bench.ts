import type { ClassMeasurement, Estimate, Measurement, SaturationPoint } from '../measurement/types.ts';
import { formatQuantity } from '../units/format.ts';
import type { Page } from './palette.ts';
import { countedUnits } from './quantity.ts';
import type { Table } from './table.ts';
import { textTable } from './text-table.ts';
import { wrap } from './wrap.ts';

type Row = Pick<ClassMeasurement, 'name' | 'share' | 'cpuSeconds' | 'serviceTime' | 'coresPerJob'>;

/** A measurement for people: what was measured, classes, saturation, cost, and whether to believe it. */
export function benchText(measurement: Measurement, page: Page): string {
  const { palette } = page;
  const blocks = [
    headText(measurement, page),
    textTable(classTable(measurement), page, {
      paint: (line, { name }) => (name === 'mix' ? palette.bold(line) : line),
    }),
    ...(measurement.saturation.points.length > 0 ? [saturationText(measurement, page)] : []),
    costText(measurement, page),
    trustText(measurement, page),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function headText(measurement: Measurement, page: Page): string {
  const { corpus, environment, rounds, memory, durationSeconds } = measurement;
  const cores = `${formatQuantity(environment.usableCores, 'core')} of ${environment.cpuModel}`;
  const counted = (noun: string) => countedUnits(corpus.images, noun);
  const images = corpus.kind === 'synthetic' ? counted('synthetic image') : `${counted('image')} of yours`;
  const facts = [
    ['machine', `${cores}, node ${environment.versions.node}, sharp ${environment.versions.sharp}`],
    [
      'images',
      `${images}, mean ${bytes(corpus.meanBytes)}, ${formatQuantity(corpus.progressive, '%')} progressive`,
    ],
    ['run', `${countedUnits(rounds.length, 'round')} in ${formatQuantity(durationSeconds, 's')}`],
    ['memory', `${bytes(memory.peakRssBytes)} peak of a worker process`],
  ] as const;
  const title = page.palette.bold(`Resizes to ${jobText(measurement)}`);
  return [title, ...facts.flatMap(([name, text]) => fact(name, text, page))].join('\n');
}

/** A job in words. */
function jobText({ job }: Pick<Measurement, 'job'>): string {
  const size = job.height === undefined ? `${job.width} px` : `${job.width} x ${job.height} px`;
  const effort = job.effort === undefined ? '' : `, effort ${job.effort}`;
  return `${size} ${job.format}, quality ${job.quality}${effort}`;
}

function classTable({ classes, mix }: Measurement): Table<Row> {
  const rows: Row[] = [...classes, { name: 'mix', share: 1, ...mix }];
  const p999 = rows.some((row) => row.serviceTime.p999 !== undefined);
  return {
    rows,
    columns: [
      { title: 'class', align: 'left', priority: 1, cell: ({ name }) => name },
      { title: 'share', align: 'right', priority: 2, cell: ({ share }) => formatQuantity(share, '%') },
      { title: 'CPU', align: 'right', priority: 1, cell: (row) => time(row.cpuSeconds.value) },
      { title: '95 % interval', align: 'right', priority: 3, cell: (row) => interval(row.cpuSeconds, time) },
      { title: '1/s/core', align: 'right', priority: 1, cell: (row) => number(1 / row.cpuSeconds.value) },
      { title: 'p50', align: 'right', priority: 2, cell: (row) => time(row.serviceTime.p50) },
      { title: 'p99', align: 'right', priority: 1, cell: (row) => time(row.serviceTime.p99) },
      ...(p999
        ? [
            {
              title: 'p99.9',
              align: 'right',
              priority: 4,
              cell: (row: Row) => (row.serviceTime.p999 === undefined ? '' : time(row.serviceTime.p999)),
            } as const,
          ]
        : []),
      {
        title: 'CV',
        align: 'right',
        priority: 5,
        cell: (row) => number(row.serviceTime.coefficientOfVariation),
      },
      { title: 'cores', align: 'right', priority: 4, cell: (row) => number(row.coresPerJob) },
      { title: 'samples', align: 'right', priority: 6, cell: (row) => String(row.serviceTime.samples) },
    ],
  };
}

function saturationText({ saturation, environment }: Measurement, page: Page): string {
  const { efficiency, scaling } = saturation;
  const cores = Math.floor(environment.usableCores);
  const lines = [
    efficiency
      ? `All ${cores} cores give ${formatQuantity(efficiency.value, '%')} of ${cores} times one process (${interval(efficiency, (v) => formatQuantity(v, '%'))}).`
      : 'Efficiency is unknown: no round measured one process and all cores undisturbed.',
    scaling.kind === 'fitted'
      ? `Scalability law: contention ${interval(scaling.sigma, number)}, coherency ${interval(scaling.kappa, number)}.`
      : `No scalability law: ${scaling.reason}.`,
  ];
  return [
    page.palette.bold('Saturation (one job in flight per process)'),
    textTable(saturationTable(saturation.points), page),
    ...lines.flatMap((line) => wrap(line, page.width)),
  ].join('\n');
}

function saturationTable(points: readonly SaturationPoint[]): Table<SaturationPoint> {
  return {
    rows: points,
    columns: [
      { title: 'processes', align: 'right', priority: 1, cell: ({ processes }) => String(processes) },
      { title: 'images/s', align: 'right', priority: 1, cell: throughputText },
      {
        title: '95 % interval',
        align: 'right',
        priority: 2,
        cell: ({ throughput }) => (throughput ? interval(throughput, number) : ''),
      },
      { title: 'CPU/image', align: 'right', priority: 1, cell: (p) => time(p.cpuSecondsPerImage) },
      { title: 'p99', align: 'right', priority: 2, cell: ({ p99 }) => (p99 === undefined ? '' : time(p99)) },
      {
        title: 'disturbed',
        align: 'right',
        priority: 3,
        cell: ({ disturbedRounds: n }) => countedUnits(n, 'round'),
      },
    ],
  };
}

function throughputText({ throughput, disturbedThroughput }: SaturationPoint): string {
  if (throughput) return number(throughput.value);
  return disturbedThroughput === undefined ? '' : `${number(disturbedThroughput)} (disturbed)`;
}

function costText({ costModel }: Measurement, page: Page): string {
  if ('refused' in costModel) return wrap(`No cost model: ${costModel.refused}.`, page.width).join('\n');
  const terms = [
    `${number(costModel.base * 1e3)} ms`,
    `${number(costModel.perByteIn * 1e8)} ms per 100 kB in`,
    `${number(costModel.perPixelDecoded * 1e9)} ms per megapixel decoded`,
    `${number(costModel.perPixelOut * 1e9)} ms per megapixel out`,
  ];
  const errors = `residuals ${formatQuantity(costModel.meanError, '%')} mean, ${formatQuantity(costModel.worstError, '%')} worst, over ${costModel.points} kinds of resizes`;
  return wrap(`CPU time of a resize = ${terms.join(' + ')} (${errors}).`, page.width).join('\n');
}

function trustText({ trust }: Measurement, page: Page): string {
  const { palette } = page;
  const paint = { trusted: palette.green, limited: palette.yellow, untrusted: palette.red }[trust.verdict];
  const lines = trust.reasons.flatMap(({ message, advice }) => [
    ...wrap(`${message};`, page.width - 2).map((line) => `  ${line}`),
    ...wrap(advice, page.width - 4).map((line) => palette.dim(`    ${line}`)),
  ]);
  return [`${palette.bold('Trust')}: ${paint(trust.verdict)}`, ...lines].join('\n');
}

function fact(name: string, text: string, { palette, width }: Page): string[] {
  const indent = 9;
  return wrap(text, width - indent).map(
    (line, index) => `${palette.dim((index === 0 ? name : '').padEnd(indent))}${line}`,
  );
}

function interval({ low, high }: Pick<Estimate, 'low' | 'high'>, show: (value: number) => string): string {
  return `${show(low)} to ${show(high)}`;
}

function time(seconds: number): string {
  return formatQuantity(seconds, 'ms');
}

function bytes(value: number): string {
  return formatQuantity(value, 'MB');
}

function number(value: number): string {
  return String(Number(value.toPrecision(3)));
}
