import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { catalogueAlerts } from '../../src/models/slo/alert-catalogue.ts';
import type { BurnAlert } from '../../src/models/slo/burn-alert.ts';
import { alertmanagerConfig, inhibitRules } from '../../src/rules/alertmanager.ts';
import { grafanaDashboard } from '../../src/rules/grafana.ts';
import { notified } from '../../src/rules/inhibition.ts';
import { openSlo, openSloDocuments } from '../../src/rules/openslo.ts';
import { openSloProblems } from '../../src/rules/openslo-check.ts';
import { ruleGroups } from '../../src/rules/rule-groups.ts';
import { exampleModel, modelOf, plainObjective } from './models.ts';
import { parsePromql } from './promql.ts';

const model = exampleModel();

describe('the configuration of Alertmanager', () => {
  const burn = (name: string, severity: string, slo = 'availability') => ({
    alertname: `ErrorBudgetBurn${name}`,
    severity,
    service: 'image-resize',
    slo,
  });
  const incident = [
    burn('Fast', 'page'),
    burn('Medium', 'page'),
    burn('Slow', 'ticket'),
    burn('Drift', 'ticket'),
  ];

  it('lets one incident page once', () => {
    const told = notified(incident, inhibitRules(model));
    expect(told).toEqual([incident[0]]);
  });

  it('tells of the slower alert once the faster one is over, in the same group of pages', () => {
    const told = notified(incident.slice(1), inhibitRules(model));
    expect(told).toEqual([incident[1]]);
    const config = parse(alertmanagerConfig(model));
    const page = config.route.routes.find((route: { receiver: string }) => route.receiver === 'page');
    expect(page.group_by).toEqual(['service']);
  });

  it('keeps nothing quiet in another objective', () => {
    const other = burn('Slow', 'ticket', 'latency');
    expect(notified([...incident, other], inhibitRules(model))).toEqual([incident[0], other]);
  });

  it('sends to the addresses that it is given', () => {
    const config = parse(alertmanagerConfig(model, { page: 'http://pager/hook' }));
    expect(config.receivers).toEqual([
      { name: 'page', webhook_configs: [{ url: 'http://pager/hook' }] },
      { name: 'ticket' },
    ]);
  });

  it('refers to alerts that the rules have', () => {
    const names = ruleGroups(model).flatMap(({ rules }) =>
      rules.flatMap((rule) => (rule.kind === 'alert' ? [rule.alert] : [])),
    );
    const named = inhibitRules(model)
      .flatMap(({ source, target }) => [...source, ...target])
      .filter(({ label }) => label === 'alertname')
      .flatMap(({ value }) => value.split('|'));
    expect(named.filter((name) => !names.includes(name))).toEqual([]);
    expect(named.length).toBeGreaterThan(0);
  });
});

describe('OpenSLO documents', () => {
  const documents = openSloDocuments(model);

  it('pass the rules of the SDK', () => {
    expect(documents.flatMap((document) => openSloProblems(document))).toEqual([]);
  });

  it('are one YAML stream', () => {
    const read = parseAllDocuments(openSlo(model)).map((document) => document.toJS());
    expect(read).toEqual(documents);
  });

  it('have one policy for each burn alert, with its short window as annotation, and every reference leads somewhere', () => {
    const names = (kind: string) =>
      documents.filter((document) => document.kind === kind).map(({ metadata }) => metadata['name']);
    expect(names('AlertPolicy').length).toBe(4 * model.objectives.length);
    for (const { kind, metadata, spec } of documents) {
      if (kind === 'AlertPolicy') {
        expect(metadata['annotations']).toHaveProperty(['headroom.dev/short-window']);
        for (const { targetRef } of spec['notificationTargets'] as { targetRef: string }[]) {
          expect(names('AlertNotificationTarget')).toContain(targetRef);
        }
      }
      if (kind !== 'SLO') continue;
      expect(names('Service')).toContain(spec['service']);
      for (const { alertPolicyRef } of spec['alertPolicies'] as { alertPolicyRef: string }[]) {
        expect(names('AlertPolicy')).toContain(alertPolicyRef);
      }
    }
  });

  it('count in minutes, and say so for a window of seconds', () => {
    const [alert] = catalogueAlerts('workbook') as [BurnAlert];
    const odd = plainObjective({ alerts: [{ ...alert, longSeconds: 90, shortSeconds: 30 }] });
    expect(() => openSloDocuments(modelOf(odd))).toThrow(/counts in minutes/);
  });
});

describe('the dashboard', () => {
  const dashboard = JSON.parse(grafanaDashboard(model));

  it('reads only series that the rules record, in PromQL that parses', () => {
    const recorded = new Set(
      ruleGroups(model).flatMap(({ rules }) =>
        rules.flatMap((rule) => (rule.kind === 'record' ? [rule.record] : [])),
      ),
    );
    const expressions: string[] = dashboard.panels.flatMap((panel: { targets?: { expr: string }[] }) =>
      (panel.targets ?? []).map(({ expr }) => expr),
    );
    expect(expressions.length).toBeGreaterThan(20);
    for (const text of expressions) {
      const { errors, metrics } = parsePromql(text);
      expect(errors).toBe(0);
      expect(metrics.filter((metric) => !recorded.has(metric))).toEqual([]);
    }
  });

  it('gives every panel an id and a place of its own', () => {
    const ids = dashboard.panels.map(({ id }: { id: number }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const places = dashboard.panels.map(({ gridPos }: { gridPos: { x: number; y: number } }) =>
      [gridPos.x, gridPos.y].join(),
    );
    expect(new Set(places).size).toBe(places.length);
  });

  it('draws the factors of the alerts as thresholds', () => {
    const panel = dashboard.panels.find(({ title }: { title: string }) => title === 'Burn rate');
    const { steps } = panel.fieldConfig.defaults.thresholds;
    expect(steps.map(({ value }: { value: number | null }) => value)).toEqual([null, 1, 3, 6, 14.4]);
  });
});
