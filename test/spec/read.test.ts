import { describe, expect, it } from 'vitest';
import { readSpec } from '../../src/spec/read.ts';
import { changed, minimal, problemsOf, withTiers } from './minimal.ts';

describe('readSpec', () => {
  it('reads quantities in base units with the place of each value', () => {
    const { workload, machines } = readSpec(minimal, 'here.yaml');
    expect(workload.peak).toEqual({
      value: 10_000,
      unit: 'req/s',
      exact: '10000',
      origin: { kind: 'given', file: 'here.yaml', line: 4, column: 9 },
    });
    expect(machines[0]?.network.value).toBe(25e9 / 8);
    expect(machines[0]?.cores).toMatchObject({ value: 32, unit: 'core' });
    expect(workload.users).toMatchObject({ value: 100_000, unit: 'user' });
  });

  it('keeps objectives as exact decimals', () => {
    const { target } = readSpec(minimal, 'f').objectives.availability;
    expect(target).toMatchObject({ value: 0.999, exact: '0.999', unit: '%' });
  });

  it('reads percentiles as p99.9 and as a percentage', () => {
    const read = (text: string) =>
      readSpec(changed('{below: 500 ms}', `{percentile: ${text}, below: 500 ms}`), 'f').objectives.latency
        .percentile;
    expect(read('p99.9')).toMatchObject({ value: 0.999, exact: '0.999' });
    expect(read('95 %')).toMatchObject({ value: 0.95, exact: '0.95' });
  });

  it('fills in defaults and says why each was assumed', () => {
    const spec = readSpec(minimal, 'f');
    expect(spec.policy.headroom).toMatchObject({ value: 0.2, exact: '0.2', origin: { kind: 'assumed' } });
    expect(spec.policy.survive.value).toEqual(['machine']);
    expect(spec.policy.onZoneLoss.value).toBe('shed');
    expect(spec.objectives.availability.window.value).toBe(30 * 86_400);
    expect(spec.objectives.latency.percentile.value).toBe(0.99);
    expect(spec.workload.surge.value).toBe(0);
    expect(spec.workload.traffic.value.hourly).toEqual(Array(24).fill(1));
    expect(spec.machines[0]?.smtYield).toMatchObject({ value: 1, origin: { kind: 'assumed' } });
    const { origin } = spec.workload.growth;
    expect(origin.kind === 'assumed' && origin.why.length > 0).toBe(true);
  });

  it('takes the largest accepted payload as the bound of the latency objective, with its own place', () => {
    const { objectives, workload } = readSpec(minimal, 'f');
    expect(objectives.latency.payloadBelow).toEqual(workload.payloadMax);
  });

  it('reads an uncertain value and plans with its middle', () => {
    const text = changed('10k req/s', '{low: 8k req/s, mid: 10k req/s, high: 15k req/s, confidence: 90 %}');
    expect(readSpec(text, 'f').workload.peak).toMatchObject({
      value: 10_000,
      uncertain: { low: 8_000, mid: 10_000, high: 15_000, confidence: 0.9 },
    });
  });

  it('reads regions as a map, for short, and as a list', () => {
    const expected = [{ name: 'main', zones: ['a', 'b', 'c'] }];
    expect(readSpec(minimal, 'f').regions.value).toEqual(expected);
    expect(readSpec(changed('main: {zones: [a, b, c]}', 'main: [a, b, c]'), 'f').regions.value).toEqual(
      expected,
    );
    const list = changed('main: {zones: [a, b, c]}', '- {name: main, zones: [a, b, c]}');
    expect(readSpec(list, 'f').regions.value).toEqual(expected);
  });

  it('keeps the order of machine shapes, since the first is the default', () => {
    const text = changed(
      'machines:\n',
      'machines:\n  big: {cores: 64, memory: 256 GiB, network: 50 Gbit/s, disk: 4 TB, coreSpeed: 1.2}\n',
    );
    expect(readSpec(text, 'f').machines.map((shape) => shape.name)).toEqual(['big', 'general']);
  });

  it('follows anchors, merge keys included, and places an alias where it is used', () => {
    const text = changed(
      'machines:\n  general: {cores',
      'machines:\n  small: &small {cores: 8, memory: 16 GiB, network: 10 Gbit/s, disk: 1 TB}\n' +
        '  large: {<<: *small, cores: 64}\n  general: {cores',
    );
    const large = readSpec(text, 'f').machines[1];
    expect(large?.cores.value).toBe(64);
    expect(large?.memory).toMatchObject({ value: 16 * 2 ** 30, origin: { line: 10 } });
    const alias = `${minimal.replace('500 ms', '&bound 500 ms')}policy: {headroom: 10 %}\n`;
    expect(
      readSpec(alias.replace('{target: 99.9 %}', '{target: 99.9 %, window: 7 d}'), 'f').policy.headroom.value,
    ).toBe(0.1);
  });

  it('survives a map that merges itself', () => {
    expect(problemsOf(changed('main: {zones: [a, b, c]}', 'main: &m {<<: *m, zones: [a]}'))).toEqual([]);
  });

  it('names the machine shape and policy of a tier with their places', () => {
    const [worker] = readSpec(withTiers('  worker: {machine: general, onOverload: queue}\n'), 'f').tiers;
    expect(worker?.machine).toEqual({
      value: 'general',
      origin: { kind: 'given', file: 'f', line: 14, column: 21 },
    });
    expect(worker?.onOverload?.value).toBe('queue');
    expect(worker?.place).toEqual({ line: 14, column: 3 });
  });

  it('carries a measurement file with its place', () => {
    expect(readSpec(`${minimal}measurement: runs/today.json\n`, 'f').measurement).toMatchObject({
      value: 'runs/today.json',
      origin: { kind: 'given', line: 13 },
    });
  });

  it('reads bytes as well as text', () => {
    expect(readSpec(new TextEncoder().encode(minimal), 'f')).toEqual(readSpec(minimal, 'f'));
  });
});
