import { formatQuantity } from '../../units/format.ts';
import type { Finding } from '../types.ts';
import type { Found } from './findings.ts';

/** What is undeclared, unseen, hidden or promised to others. */
export function watchFindings(found: Found): Finding[] {
  return [
    ...policyFindings(found),
    ...alertFindings(found),
    ...latencyFindings(found),
    ...creditFindings(found),
  ];
}

function policyFindings({ harvest }: Found): Finding[] {
  return harvest
    .filter(({ policy }) => policy === undefined)
    .map(({ tier, title }) => ({
      code: 'degradation-undeclared',
      severity: 'warning',
      tier,
      message: `${title}: nobody has decided what it keeps when it cannot keep all`,
      advice: `decide now: degradation: reduce-yield (full answers to fewer) or reduce-harvest (answers from less data to all)`,
    }));
}

/** An alert that cannot work is no missed objective, so it fails no check; nobody would notice one, though. */
function alertFindings({ alerts }: Found): Finding[] {
  return alerts.flatMap(({ slo, lints }) =>
    lints.map(({ alert, code, severity, message, advice }) => ({
      code: `alert-${code}`,
      severity: severity === 'error' ? 'warning' : 'advice',
      message: `${slo}, alert ${alert}: ${message}`,
      advice,
    })),
  );
}

function latencyFindings({ latency }: Found): Finding[] {
  const { mean, below, percentile } = latency;
  if (!mean.hidden) return [];
  return [
    {
      code: 'mean-hides',
      severity: 'warning',
      message: `the mean response time of ${formatQuantity(mean.mean, 'ms')} looks good, while ${formatQuantity(mean.slow, '%')} of the requests take longer than ${formatQuantity(below, 'ms')}`,
      advice: `watch the share of slow requests; at ${formatQuantity(percentile, '%')} they take ${formatQuantity(mean.percentile, 'ms')}`,
    },
  ];
}

function creditFindings({ credits }: Found): Finding[] {
  if (credits === undefined || credits.margin.unavailability >= 0) return [];
  return [
    {
      code: 'agreement-above-objective',
      severity: 'warning',
      message: `the agreement promises more than the objective: its budget is ${Number(credits.margin.factor.toPrecision(3))} times that of the objective`,
      advice: 'let the agreement begin below the objective, so that an alert comes before a credit',
    },
  ];
}
