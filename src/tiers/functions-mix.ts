import { Decimal } from 'decimal.js';
import { type CurvePoint, interpolate } from '../models/sizing/curve.ts';
import type { SheetFunction } from '../sheet/types.ts';

/** Payload sizes as classes; shares add up to 1. Object type `payloadMix`. */
export interface PayloadClasses {
  readonly classes: readonly { readonly bytes: number; readonly share: number }[];
}

/** Seconds of a resize by payload. Object type `costCurve`. */
export interface CostCurve {
  readonly points: readonly CurvePoint[];
}

/** Share of the peak rate in each hour of a day. Object type `traffic`. */
export interface Traffic {
  readonly hourly: readonly number[];
}

/** Means over payloads and over the day. */
export const mixFunctions: readonly SheetFunction[] = [
  {
    name: 'payloadMean',
    meaning: 'mean payload of a mix',
    parameters: ['object:payloadMix'],
    result: 'B/req',
    evaluate: ({ classes }: PayloadClasses) => mean(classes, ({ bytes }) => bytes),
  },
  {
    name: 'mixCpu',
    meaning: 'mean CPU time of a resize over a payload mix',
    parameters: ['object:payloadMix', 'object:costCurve'],
    result: 's*core/req',
    evaluate: ({ classes }: PayloadClasses, { points }: CostCurve) =>
      mean(classes, ({ bytes }) => interpolate(points, bytes)),
  },
  {
    name: 'serviceTimeOf',
    meaning: 'time of a resize of one payload, stretched to the bought machine',
    parameters: ['B/req', 'object:costCurve', '1'],
    result: 's',
    evaluate: (bytes: number, { points }: CostCurve, stretch: number) => interpolate(points, bytes) * stretch,
  },
  {
    name: 'complement',
    meaning:
      'the rest of a share, 1 - x, in decimals: of 0.999 it is 0.001, where floats leave 0.0010000000000000009',
    parameters: ['1'],
    result: '1',
    evaluate: (share: number) => new Decimal(1).minus(share).toNumber(),
  },
  {
    name: 'trafficMean',
    meaning: 'mean rate of a day over the peak rate',
    parameters: ['object:traffic'],
    result: '1',
    evaluate: ({ hourly }: Traffic) => hourly.reduce((sum, share) => sum + share, 0) / hourly.length,
  },
];

function mean<T extends { readonly share: number }>(
  classes: readonly T[],
  value: (one: T) => number,
): number {
  return classes.reduce((sum, one) => sum + one.share * value(one), 0);
}
