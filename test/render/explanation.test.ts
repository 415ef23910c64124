import { describe, expect, it } from 'vitest';
import { csvTable } from '../../src/render/csv-table.ts';
import {
  explanationJson,
  explanationMarkdown,
  explanationRows,
  explanationText,
} from '../../src/render/explanation.ts';
import type { Explanation } from '../../src/sheet/types.ts';
import { plain } from './fixture.ts';

const cores: Explanation = {
  name: 'machine.cores',
  meaning: 'cores of a machine',
  value: 32,
  unit: 'core',
  display: '32 cores',
  origin: { kind: 'given', file: 'headroom.yaml', line: 12, column: 9 },
  inputs: [],
};

const busy: Explanation = {
  name: 'busy',
  meaning: 'cores that are busy at the peak',
  value: 1000,
  unit: 'core',
  display: '1,000 cores',
  formula: 'demand / rate',
  source: 'utilization law',
  origin: { kind: 'derived' },
  inputs: [
    {
      name: 'demand',
      meaning: 'peak',
      display: '10,000 req/s',
      origin: { kind: 'assumed', why: 'a guess' },
      inputs: [],
    },
    {
      name: 'rate',
      meaning: 'rate',
      display: '10 req/s/core',
      origin: { kind: 'cited', source: 'essay' },
      inputs: [],
    },
  ],
};

const count: Explanation = {
  name: 'count',
  meaning: 'machines that are needed',
  value: 40,
  unit: 'machine',
  display: '40 machines',
  formula: 'max(busy / machine.cores, busy)',
  origin: { kind: 'derived' },
  inputs: [busy, cores, { ...busy }, { ...cores, name: 'other', inputs: [busy] }],
};

describe('an explanation as text', () => {
  const text = explanationText(count, plain(80));

  it('shows each quantity with its value and formula, its inputs indented below', () => {
    expect(text).toMatch(/^count = 40 machines\n/);
    expect(text).toContain('= max(busy / machine.cores, busy)');
    expect(text).toMatch(/\n├── busy = 1,000 cores\n/);
    expect(text).toMatch(/\n│ {3}├── demand = 10,000 req\/s\n/);
  });

  it('ends in origins with their place', () => {
    expect(text).toContain('given (headroom.yaml:12:9)');
    expect(text).toContain('assumed (a guess)');
    expect(text).toContain('cited (essay)');
  });

  it('names the law behind a formula', () => {
    expect(text).toContain('source: utilization law');
  });

  it('opens a repeated part once and an input that is named twice once', () => {
    expect(text.match(/demand \/ rate/g)).toHaveLength(1);
    expect(text.match(/\(see above\)/g)).toHaveLength(1);
  });

  it('keeps to the page', () => {
    const narrow = explanationText(count, plain(40)).split('\n');
    expect(narrow.filter((line) => line.length > 40)).toEqual([]);
  });
});

describe('an explanation of a structured or an uncertain input', () => {
  const origin = { kind: 'assumed', why: 'a guess' } as const;
  const input = (type: string, object: unknown): Explanation => ({
    ...{ name: 'x', meaning: 'what x means', origin, inputs: [] },
    ...{ type, object },
  });
  const uncertain: Explanation = {
    ...{ name: 'rate', meaning: 'rate', value: 10, unit: 'req/s', display: '10 req/s', origin, inputs: [] },
    uncertain: { low: 8, mid: 10, high: 12, confidence: 0.9 },
    interval: { low: '8 req/s', high: '12 req/s', confidence: '90 %' },
  };
  const curve = input('costCurve', { points: [{ bytes: 256_000, seconds: 0.1 }] });

  it.each([
    ['a curve', curve, '256 kB in 100 ms'],
    ['traffic', input('traffic', { hourly: [0.35, 1] }), 'in % by hour from 0: 35, 100'],
    [
      'a mix',
      input('payloadMix', { classes: [{ bytes: 64e3, share: 0.4 }], meanBytes: 64e3, maxBytes: 1e6 }),
      '40 % of 64 kB; mean 64 kB; at most 1 MB',
    ],
    ['another kind', input('tree', { a: [1, 2] }), '{"a":[1,2]}'],
  ])('shows the points of %s in text, Markdown and CSV', (_, node, points) => {
    expect(explanationText(node, plain(200))).toContain(points);
    expect(explanationMarkdown(node)).toContain(points);
    expect(explanationRows(node).columns[1]?.cell(node)).toBe(points);
  });

  it('shows low, high and confidence in text and Markdown', () => {
    const range = 'between 8 req/s and 12 req/s with a confidence of 90 %';
    expect(explanationText(uncertain, plain(200))).toContain(range);
    expect(explanationMarkdown(uncertain)).toContain(range);
  });

  it('carries data and interval in JSON', () => {
    expect(explanationJson(curve)).toMatchObject({
      type: 'costCurve',
      object: { points: [{ bytes: 256_000, seconds: 0.1 }] },
    });
    expect(explanationJson(uncertain)).toMatchObject({ uncertain: { low: 8, high: 12, confidence: 0.9 } });
  });
});

describe('an explanation in other formats', () => {
  it('carries schema, values and the LaTeX of the formula in JSON', () => {
    expect(explanationJson(count, 'x')).toMatchObject({
      schema: 'headroom/explanation/v1',
      name: 'count',
      value: 40,
      latex: 'x',
    });
  });

  it('lists each quantity once in CSV', () => {
    const rows = csvTable(explanationRows(count)).trim().split('\n');
    expect(rows.map((row) => row.split(',')[0])).toEqual([
      'quantity',
      'count',
      'busy',
      'demand',
      'rate',
      'machine.cores',
      'other',
    ]);
  });

  it('nests lists in Markdown', () => {
    expect(explanationMarkdown(count)).toContain('\n  - `busy` = **1,000 cores**');
    expect(explanationMarkdown(count)).toContain('\n    - `rate`');
  });
});
