import { describe, expect, it } from 'vitest';
import { availabilityOf, exampleWith, pieces, rowOf } from './planned.ts';

const made = availabilityOf();

describe('the built-in example', () => {
  it('reads the API tier three times at P = 1 %: six nines, what the load needs, and what is shared', () => {
    const api = rowOf(made, 'instant', 'api');
    expect([api.needed, api.machines]).toEqual([2, 3]);
    expect(api.naive).toBeCloseTo(1e-6, 18);
    // Two or three of three down: 3 p² (1 - p) + p³.
    expect(api.independent).toBeCloseTo(2.98e-4, 15);
    expect(api.objective).toBe(1e-4);
    expect(api.independent).toBeGreaterThan(1e-4);
    expect(api.correlated).toBeGreaterThan(api.independent);
    expect(api.dominant.name).toBe('single machines');
  });

  it('finds a mending of the API tier with which its objective is met, and says what it takes', () => {
    const api = made.outlook.find(({ id }) => id === 'api');
    expect(api?.mending?.meets).toBe(true);
    expect(api?.mending?.unavailability).toBeLessThanOrEqual(1e-4);
    expect(api?.mending?.measures.join()).toContain('push changes in stages');
    expect(api?.floor).toBeGreaterThan(1e-4);
  });

  it('sets P^N against the correlated truth for N = 1 to 7, and the factor between them grows', () => {
    const points = made.curve?.points ?? [];
    expect(points.map(({ replicas }) => replicas)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    points.forEach(({ replicas, naive, correlated, factor }, i) => {
      expect(naive).toBeCloseTo(0.01 ** replicas, 18);
      expect(factor).toBeGreaterThan(points[i - 1]?.factor ?? 1);
      expect(correlated).toBeLessThanOrEqual(points[i - 1]?.correlated ?? 1);
      expect(correlated).toBeGreaterThan(made.curve?.floor ?? 1);
    });
    expect(made.curve?.floorOwner.name).toBe('bad configuration');
    expect(made.curve?.enough).toBeLessThan(7);
  });

  it('shows what was proved only where something was observed', () => {
    const proved = made.tables.flatMap(({ rows }) =>
      rows.filter(({ demonstrated }) => demonstrated.kind === 'bound'),
    );
    expect(new Set(proved.map(({ id }) => id))).toEqual(new Set(['api']));
  });

  it('keeps the three questions apart: each has its table, its rows and the service', () => {
    expect(made.tables.map(({ question }) => question)).toEqual(['instant', 'steady', 'mission']);
    for (const { rows, service } of made.tables) {
      expect(rows).toHaveLength(11);
      expect(service.correlated).toBeGreaterThan(service.naive);
    }
    expect(made.notModelled).toEqual(['coldStorage']);
  });

  it('needs no more at night than at the peak', () => {
    for (const { id } of made.tables[0]?.rows ?? []) {
      const peak = rowOf(made, 'instant', id).correlated;
      expect(rowOf(made, 'steady', id).correlated).toBeLessThanOrEqual(peak * (1 + 1e-12));
    }
  });

  it('ranks causes by the minutes that would go without them', () => {
    const minutes = made.causes.map((cause) => cause.minutes);
    expect(minutes).toEqual([...minutes].sort((a, b) => b - a));
    const service = rowOf(made, 'steady', 'service');
    expect(made.causes[0]?.name).toBe('zone overheating');
    expect(minutes[0]).toBeLessThan(service.minutes);
  });

  it('names the origin of every number that the model was fed with', () => {
    const names = made.inputs.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const machine = made.inputs.find(({ name }) => name === 'failures.machine.unavailability');
    expect(machine?.origin).toMatchObject({ kind: 'given', file: 'headroom.yaml' });
    const rack = made.inputs.find(({ name }) => name === 'failures.rack.rate');
    expect(rack?.origin).toMatchObject({ kind: 'cited' });
    for (const { value } of made.inputs) expect(Number.isFinite(value)).toBe(true);
  });

  it('sees the shares of outages spread over the causes, and the spec override each of them', () => {
    const rateOf = (text: string, name: string) =>
      availabilityOf(text).inputs.find((input) => input.name === `causes.${name}.rate`)?.value;
    expect(rateOf(exampleWith(), 'configuration')).toBeCloseTo(0.31 * 4, 12);
    const given = exampleWith([pieces.causes, '  outages: 4 /y\n  configuration: {rate: 7 /y}\n']);
    expect(rateOf(given, 'configuration')).toBeCloseTo(7, 12);
  });

  it('gives capacity at risk that never rises as less capacity is asked for', () => {
    const risks = made.capacity?.points.map(({ risk }) => risk) ?? [];
    expect(risks).toEqual([...risks].sort((a, b) => b - a));
    expect(made.capacity?.served).toBeLessThan(1);
  });
});

describe('a longer mission', () => {
  it('never makes an outage less likely', () => {
    const month = availabilityOf(exampleWith(), 730);
    for (const { id } of month.tables[2]?.rows ?? []) {
      expect(rowOf(month, 'mission', id).correlated).toBeLessThanOrEqual(
        rowOf(made, 'mission', id).correlated,
      );
    }
  });
});

describe('what mitigations buy', () => {
  const service = (text: string) => rowOf(availabilityOf(text), 'steady', 'service').correlated;
  const now = service(exampleWith());
  const { causes, placement } = pieces;

  it.each([
    ['stages', [causes, `${causes}  configuration: {stages: [{share: 5 %, bake: 2 h}]}\n`]],
    ['faster detection', [causes, `${causes}  configuration: {detection: 1 min}\n`]],
    ['shards', [causes, `${causes}  poisonRequest: {shards: 8}\n`]],
    ['machines apart from each other', [placement, `${placement}  racksPerPower: 1\n`]],
    ['fewer outages', [causes, '  outages: 1 /y\n']],
  ] as const)('%s make the service fail less', (_what, change) => {
    expect(service(exampleWith(change))).toBeLessThan(now);
  });

  it('a tier in one zone fails with it', () => {
    const zoned = availabilityOf(exampleWith([placement, '  spread: none\n']));
    expect(rowOf(zoned, 'instant', 'api').correlated).toBeGreaterThan(2e-3);
    expect(rowOf(zoned, 'instant', 'api').dominant.name).toBe('zone overheating');
  });
});
