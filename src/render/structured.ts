import { formatQuantity } from '../units/format.ts';

interface Traffic {
  readonly hourly: readonly number[];
}
interface PayloadMix {
  readonly classes: readonly { readonly bytes: number; readonly share: number }[];
  readonly meanBytes?: number;
  readonly maxBytes?: number;
}
interface CostCurve {
  readonly points: readonly { readonly bytes: number; readonly seconds: number }[];
}

const writers: Readonly<Record<string, (object: never) => string>> = {
  traffic: ({ hourly }: Traffic) =>
    `in % by hour from 0: ${hourly.map((share) => percent(share).replace(' %', '')).join(', ')}`,
  payloadMix: ({ classes, meanBytes, maxBytes }: PayloadMix) =>
    [
      classes.map(({ bytes, share }) => `${percent(share)} of ${size(bytes)}`).join(', '),
      ...(meanBytes === undefined ? [] : [`mean ${size(meanBytes)}`]),
      ...(maxBytes === undefined ? [] : [`at most ${size(maxBytes)}`]),
    ].join('; '),
  costCurve: ({ points }: CostCurve) =>
    points.map(({ bytes, seconds }) => `${size(bytes)} in ${formatQuantity(seconds, 'ms')}`).join(', '),
};

/** The data of a structured input in one line for people: its points with units; of a kind without words, its JSON. */
export function structuredText(type: string, object: unknown): string {
  const write = Object.hasOwn(writers, type) ? writers[type] : undefined;
  return write === undefined ? JSON.stringify(object) : write(object as never);
}

function percent(share: number): string {
  return formatQuantity(share, '%');
}

function size(bytes: number): string {
  return formatQuantity(bytes, 'kB');
}
