import { stringify } from 'yaml';
import { alertNames } from './conventions.ts';
import type { InhibitRule } from './inhibition.ts';
import { yamlStyle } from './rule-file.ts';
import type { RuleModel, ServiceObjective } from './types.ts';

/** Where notifications go. Without an address a receiver is declared and sends nothing, until somebody fills it in. */
export interface Receivers {
  /** URL that gets a webhook for pages, such as that of a pager. */
  readonly page?: string;
  readonly ticket?: string;
}

/**
 * The configuration of Alertmanager for a model: one incident pages once.
 *
 * Pages of a service are one group, so all objectives that an incident hurts are one notification, and an alert that
 * outlives a faster one only updates it. Tickets of an objective wait while its page fires.
 */
export function alertmanagerConfig(model: RuleModel, receivers: Receivers = {}): string {
  return alertmanagerText(alertmanagerValue(model, receivers));
}

export function alertmanagerText(value: object): string {
  return stringify(value, yamlStyle);
}

/** What reading the configuration would give. */
export function alertmanagerValue(model: RuleModel, receivers: Receivers = {}): Record<string, unknown> {
  return {
    route: {
      receiver: 'ticket',
      group_by: ['service', 'slo'],
      group_wait: '30s',
      group_interval: '5m',
      repeat_interval: '1d',
      routes: [
        {
          matchers: ['severity="page"'],
          receiver: 'page',
          group_by: ['service'],
          group_wait: '10s',
          repeat_interval: '4h',
        },
        { matchers: ['severity="ticket"'], receiver: 'ticket' },
      ],
    },
    inhibit_rules: inhibitRules(model).map(({ source, target, equal }) => ({
      source_matchers: source.map(matcherText),
      target_matchers: target.map(matcherText),
      equal,
    })),
    receivers: [receiver('page', receivers.page), receiver('ticket', receivers.ticket)],
  };
}

/**
 * Which alerts keep others of the same objective quiet: a page its tickets, and a fast burn the slower ones.
 */
export function inhibitRules(model: RuleModel): InhibitRule[] {
  const equal = ['service', 'slo'];
  const orders = new Map(model.objectives.map((objective) => [speeds(objective).join(), speeds(objective)]));
  const faster = [...orders.values()].flatMap((names) =>
    names.slice(0, -1).map((name, i) => ({
      source: [{ label: 'alertname', op: '=' as const, value: name }],
      target: [{ label: 'alertname', op: '=~' as const, value: names.slice(i + 1).join('|') }],
      equal,
    })),
  );
  return [
    {
      source: [{ label: 'severity', op: '=', value: 'page' }],
      target: [{ label: 'severity', op: '=', value: 'ticket' }],
      equal,
    },
    ...distinct(faster),
  ];
}

/** Names of the burn alerts of an objective, the fastest first. */
function speeds({ alerts }: ServiceObjective): string[] {
  const sorted = [...alerts].sort((a, b) => Number(b.factor) - Number(a.factor));
  return sorted.map(({ name }) => alertNames.burn(name));
}

function distinct(rules: readonly InhibitRule[]): InhibitRule[] {
  return [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()];
}

function matcherText({ label, op, value }: InhibitRule['source'][number]): string {
  return `${label}${op}${JSON.stringify(value)}`;
}

function receiver(name: string, url: string | undefined): Record<string, unknown> {
  return url === undefined ? { name } : { name, webhook_configs: [{ url }] };
}
