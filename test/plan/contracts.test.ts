import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { planSheet } from '../../src/plan/build.ts';
import { exampleSpec } from '../../src/spec/example.ts';

interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: Readonly<Record<string, readonly string[] | 'open'>>;
  readonly unit?: string;
  readonly buckets?: readonly number[];
  readonly objectiveBucket?: string;
  readonly limit?: string;
}

const sheet = planSheet({ spec: exampleSpec(), sets: [] });
const values = sheet.evaluate();
const metrics = (JSON.parse(readFileSync('schemas/metrics.json', 'utf8')) as { metrics: readonly Metric[] })
  .metrics;
const config = JSON.parse(readFileSync('schemas/service-config.json', 'utf8')) as unknown;

/** Every value of a key, at any depth. */
function all(node: unknown, key: string): readonly unknown[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([name, value]) => [
    ...(name === key ? [value] : []),
    ...all(value, key),
  ]);
}

describe('the contract of metrics', () => {
  it('names metrics as Prometheus does: counters end in _total, seconds and bytes in the unit', () => {
    for (const { name, type, unit } of metrics) {
      expect(name).toMatch(/^headroom_[a-z_]+$/);
      expect(name.endsWith('_total')).toBe(type === 'counter');
      if (unit === 's') expect(name).toMatch(/_seconds(_total)?$/);
      if (unit === 'B') expect(name).toMatch(/_bytes(_total)?$/);
    }
    expect(new Set(metrics.map(({ name }) => name)).size).toBe(metrics.length);
  });

  it('has the latency objective among the buckets of the latency histogram', () => {
    const latency = metrics.filter(({ objectiveBucket }) => objectiveBucket !== undefined);
    expect(latency.length).toBeGreaterThan(0);
    for (const { buckets, objectiveBucket } of latency) {
      expect(buckets).toContain(values.get(objectiveBucket ?? ''));
    }
  });

  it('has sorted buckets on every histogram and on nothing else', () => {
    for (const { type, buckets } of metrics) {
      expect(buckets !== undefined).toBe(type === 'histogram');
      if (buckets) expect(buckets).toEqual([...new Set(buckets)].sort((a, b) => a - b));
    }
  });

  it('takes every limit from the sheet', () => {
    for (const { limit } of metrics) if (limit !== undefined) expect([...values.keys()]).toContain(limit);
  });

  it('can state the invariant: sent = received + expired + set aside + in flight', () => {
    const names = metrics.map(({ name }) => name);
    for (const part of ['published_total', 'received_total', 'expired_total', 'set_aside_total']) {
      expect(names).toContain(`headroom_queue_messages_${part}`);
    }
    expect(names).toContain('headroom_queue_in_flight');
  });
});

describe('the contract of service configs', () => {
  it('fills keys from quantities that the sheet has', () => {
    const names = all(config, 'x-quantity');
    expect(names.length).toBeGreaterThan(40);
    for (const name of names) expect([...values.keys()]).toContain(name);
  });

  it('allows no unknown key at any depth', () => {
    const objects = all(config, 'type').filter((type) => type === 'object').length;
    expect(all(config, 'additionalProperties').filter((allowed) => allowed === false)).toHaveLength(objects);
  });
});
