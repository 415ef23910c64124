import { durationText } from '../models/slo/duration.ts';
import type { Selector, ServiceObjective } from './types.ts';

/** Names of everything that the rules make. They are stable: dashboards, routes and people refer to them. */
export const records = {
  bad: (windowSeconds: number) => `slo:bad:increase${durationText(windowSeconds)}`,
  total: (windowSeconds: number) => `slo:total:increase${durationText(windowSeconds)}`,
  ratio: (windowSeconds: number) => `slo:error:ratio${durationText(windowSeconds)}`,
  periodRatio: 'slo:error:ratio_period',
  budgetLeft: 'slo:budget:left_ratio',
  objective: 'slo:objective:ratio',
  budget: 'slo:budget:ratio',
  unaccounted: 'slo:messages:unaccounted',
  sent: 'slo:messages:sent',
} as const;

/** Prefix of every metric that is recorded here. */
export const recordPrefix = 'slo:';

export const alertNames = {
  burn: (name: string) => `ErrorBudgetBurn${name.charAt(0).toUpperCase()}${name.slice(1)}`,
  absent: 'ObjectiveDataAbsent',
  contradiction: 'ObjectiveBadExceedsTotal',
  unaccounted: 'MessagesUnaccounted',
} as const;

/** Labels that name an objective, on everything that belongs to it. */
export function identity({ service, slo, tier }: Pick<ServiceObjective, 'service' | 'slo' | 'tier'>) {
  return { service, slo, tier };
}

/** A recorded series of one objective. */
export function recorded(
  metric: string,
  { service, slo }: Pick<ServiceObjective, 'service' | 'slo'>,
): Selector {
  return {
    metric,
    matchers: [
      { label: 'service', op: '=', value: service },
      { label: 'slo', op: '=', value: slo },
    ],
  };
}

/** `api-availability`: part of the names of groups, policies and dashboards. */
export function slug({ service, slo }: Pick<ServiceObjective, 'service' | 'slo'>): string {
  return `${service}-${slo}`;
}
