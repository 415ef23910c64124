import type { UslPoint } from '../../../src/models/scaling/usl-fit.ts';

/** Points at concurrency 1, 2, 3, ... */
function fromOne(throughputs: readonly number[]): UslPoint[] {
  return throughputs.map((throughput, i) => ({ concurrency: i + 1, throughput }));
}

/** Cisco benchmark of Schwartz, Practical Scalability Analysis with the USL, 2015: 1 to 32 threads. */
export const cisco = fromOne([
  955.16, 1878.91, 2688.01, 3548.68, 4315.54, 5130.43, 5931.37, 6531.08, 7219.8, 7867.61, 8278.71, 8646.7,
  9047.84, 9426.55, 9645.37, 9897.24, 10097.6, 10240.5, 10532.39, 10798.52, 11151.43, 11518.63, 11806,
  12089.37, 12075.41, 12177.29, 12211.41, 12158.93, 12155.27, 12118.04, 12140.4, 12074.39,
]);

/** SPEC SDM 91 on a Sun SPARCcenter 2000, data set specsdm91 of the R package usl. */
export const specSdm91: readonly UslPoint[] = [
  { concurrency: 1, throughput: 64.9 },
  { concurrency: 18, throughput: 995.9 },
  { concurrency: 36, throughput: 1652.4 },
  { concurrency: 72, throughput: 1853.2 },
  { concurrency: 108, throughput: 1828.9 },
  { concurrency: 144, throughput: 1775 },
  { concurrency: 216, throughput: 1702.2 },
];

/** Points from two lists of equal length. */
export function points(n: readonly number[], x: readonly number[]): UslPoint[] {
  return n.map((concurrency, i) => ({ concurrency, throughput: x[i] as number }));
}
