import { notNegative, share } from './checks.ts';
import { object, required } from './object.ts';
import { quantity } from './quantity.ts';
import { choice, type Found, list, type Reader, refined } from './reader.ts';
import type { CosineDay, TrafficProfile, TrafficSpec } from './types.ts';

const hoursOfDay = 24;

/** The profile of a service whose rate is always its peak. */
export const flatTraffic: TrafficProfile = { hourly: Array.from({ length: hoursOfDay }, () => 1) };

/**
 * Rate in each hour of a day that swings as `1 + amplitude * cos(2 pi (hour - peakHour) / 24)`, divided by its
 * largest hour, so that the peak hour is 1. `amplitude` is a ratio from 0 (flat) to 1 (the trough is silent);
 * `peakHour` is an hour from 0 up to 24. Throws RangeError outside these ranges.
 */
export function cosineTraffic(amplitude: number, peakHour: number): TrafficProfile {
  if (!(amplitude >= 0 && amplitude <= 1))
    throw new RangeError(`amplitude must be from 0 to 1, got ${amplitude}`);
  if (!(peakHour >= 0 && peakHour < hoursOfDay)) {
    throw new RangeError(`peakHour must be from 0 up to 24, got ${peakHour}`);
  }
  const rates = flatTraffic.hourly.map(
    (_, hour) => 1 + amplitude * Math.cos((2 * Math.PI * (hour - peakHour)) / hoursOfDay),
  );
  return scaled(rates);
}

function scaled(rates: readonly number[]): TrafficProfile {
  const peak = Math.max(...rates);
  return { hourly: rates.map((rate) => rate / peak) };
}

const hourlyExample = 'hourly: [0.2, 0.2, ..., 1, 0.8]';

const hourlyShare = quantity({
  unit: '1',
  example: '0.8',
  checks: [notNegative('an hourly share', 'write 0 or more; 1 or 100 % is the peak hour')],
});

const hourlyProfile = refined(
  object({
    hourly: required(
      'Rate in each of the 24 hours of the day relative to the others; the largest becomes the peak.',
      list(hourlyShare, hourlyExample),
      hourlyExample,
    ),
  }),
  ({ hourly }, at) => {
    const written = at.at('hourly');
    const count = written?.items?.length ?? 0;
    if (count !== hoursOfDay) {
      return written?.report(
        'out-of-range',
        `\`${written.path}\` has ${count} values, a day has ${hoursOfDay} hours`,
        `write one value for each hour, ${hourlyExample}`,
      );
    }
    if (hourly.length < count) return undefined;
    if (hourly.every((hour) => hour.value === 0)) {
      return written?.report('out-of-range', 'all hours are 0', 'write at least one hour above 0');
    }
    return scaled(hourly.map((hour) => hour.value));
  },
);

const cosineProfile = refined(
  object({
    shape: required('Form of the day.', choice(['cosine']), 'shape: cosine'),
    amplitude: required(
      'How far the rate swings about its mean, as a share of the mean.',
      quantity({
        unit: '1',
        example: '0.8',
        checks: [share('an amplitude', { zero: true, one: true }, 'amplitude: 0.8')],
      }),
      'amplitude: 0.8',
    ),
    peakHour: required(
      'Hour of the day with the highest rate, 0 up to 24.',
      quantity({
        unit: '1',
        example: '14',
        checks: [
          {
            holds: (value) => value >= 0 && value < hoursOfDay,
            message: (text) => `peakHour ${text} is no hour of the day`,
            advice: 'write an hour from 0 up to 24, for instance `peakHour: 14`',
          },
        ],
      }),
      'peakHour: 14',
    ),
  }),
  ({ amplitude, peakHour }): Form => ({
    value: cosineTraffic(amplitude.value, peakHour.value),
    cosine: { amplitude: amplitude.value, peakHour: peakHour.value },
  }),
);

const hourlyForm = refined(hourlyProfile, (value): Form => ({ value }));
const flatWord = refined(choice(['flat']), (): Form => ({ value: flatTraffic }));

/** A day as it was written: its hours, and the curve where it is one. */
interface Form {
  readonly value: TrafficProfile;
  readonly cosine?: CosineDay;
}

/** `flat`, `{hourly: [24 shares]}` or `{shape: cosine, amplitude, peakHour}`. */
export const traffic: Reader<TrafficSpec> = {
  get schema() {
    return { anyOf: [flatWord.schema, hourlyProfile.schema, cosineProfile.schema] };
  },
  read: (at) => {
    const form = formOf(at).read(at);
    return form === undefined ? undefined : { ...form, origin: at.origin };
  },
};

function formOf(at: Found): Reader<Form> {
  if (at.entries === undefined) return flatWord;
  return at.entries.has('hourly') ? hourlyForm : cosineProfile;
}
