import type { Measurement } from '../measurement/types.ts';
import { baseValue, shown } from './facts.ts';
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
  return [
    ...trust(measurement.data),
    ...extrapolation(measurement.data, facts),
    ...scaling(measurement.data, facts),
    ...incomplete(measurement),
  ];
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

/** What 2 cores show of sharing is little evidence for 32; SMT that the measurement saw must not be counted twice. */
function scaling({ environment }: Measurement, facts: PlanFacts): readonly Finding[] {
  const bought = baseValue(facts, 'worker.machine.cores');
  const measured = environment.usableCores;
  const twice = (environment.threadsPerCore ?? 1) > 1 && baseValue(facts, 'worker.machine.smtYield') < 1;
  return [
    ...(bought <= measured
      ? []
      : [
          {
            code: 'scaling-extrapolated',
            severity: 'advice' as const,
            tier: 'worker',
            quantity: 'worker.scaling',
            message: `scaling was measured on ${measured} cores, the machines have ${bought}: ${shown(facts, 'worker.scaling')} per core is carried over`,
            advice: 'measure on a machine of the kind that you will buy, or set worker.scaling',
          },
        ]),
    ...(twice
      ? [
          {
            code: 'smt-counted-twice',
            severity: 'warning' as const,
            tier: 'worker',
            quantity: 'worker.machine.smtYield',
            message:
              'the measured cores are hardware threads too, so worker.scaling already holds what siblings cost',
            advice: 'leave smtYield at 1, or measure with SMT switched off',
          },
        ]
      : []),
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
