import type { Measurement } from '../measurement/types.ts';
import type { PlanFacts } from './findings.ts';
import type { Finding } from './types.ts';

/** How far the figure that the fleet is sized from can be believed. */
export function measurementFindings(facts: PlanFacts): readonly Finding[] {
  const { measurement } = facts;
  if (measurement === undefined) {
    return [
      {
        code: 'not-measured',
        severity: 'warning',
        tier: 'worker',
        quantity: 'worker.cpuPerImage',
        message: 'the workers are sized from a cited figure, not from a measurement',
        advice: 'run headroom bench on a machine of the kind that you will buy, then plan again',
      },
    ];
  }
  return [...trust(measurement.data), ...extrapolation(measurement.data, facts), ...incomplete(measurement)];
}

function trust({ trust: { verdict, reasons } }: Measurement): readonly Finding[] {
  return reasons.map(({ code, message, advice }) => ({
    code: `measurement-${code}`,
    severity: verdict === 'untrusted' ? 'warning' : 'advice',
    tier: 'worker',
    message: `measurement: ${message}`,
    advice,
  }));
}

function extrapolation({ classes }: Measurement, { spec }: PlanFacts): readonly Finding[] {
  const largest = Math.max(...classes.map(({ bytesIn }) => bytesIn));
  const planned = spec.workload.payload.value.classes.at(-1)?.bytes ?? 0;
  // A class is measured on images near its size, so a few per cent above the largest are no extrapolation.
  if (planned <= largest * 1.05) return [];
  return [
    {
      code: 'measurement-extrapolated',
      severity: 'warning',
      tier: 'worker',
      message: `the largest payload class (${Math.round(planned / 1000)} kB) is larger than what was measured (${Math.round(largest / 1000)} kB)`,
      advice: 'measure with images of that size: headroom bench --images DIR',
    },
  ];
}

function incomplete({ file, data }: { file: string; data: Measurement }): readonly Finding[] {
  if (data.complete) return [];
  return [
    {
      code: 'measurement-incomplete',
      severity: 'warning',
      tier: 'worker',
      message: `the measurement ${file} was interrupted`,
      advice: 'run headroom bench to its end',
    },
  ];
}
