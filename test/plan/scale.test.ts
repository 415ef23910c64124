import { describe, expect, it } from 'vitest';
import { plannerOf } from '../../src/plan/build.ts';
import { laptop, smallPlan } from '../../src/plan/scale.ts';
import { exampleSpec } from '../../src/spec/example.ts';

const spec = exampleSpec();
const planner = plannerOf({ sets: [] });
const plan = planner.plan(spec);

function smallOn(workerCores: number, gibibytes = 8) {
  const size = { name: 'a laptop', cores: 4, workerCores, memoryBytes: gibibytes * 2 ** 30 };
  return smallPlan(spec, plan, size, planner);
}

function overrideOf(name: string, bytes: number) {
  const unit = 'B/machine';
  return {
    name,
    text: `${bytes} ${unit}`,
    value: { value: bytes, unit, exact: String(bytes), origin: { kind: 'assumed', why: 'a test' } as const },
    writtenAt: { file: 'test', line: 1, column: 1 },
  };
}

describe('the plan of the service on one small machine', () => {
  it('carries the most that one worker machine of these cores carries', () => {
    const { plan: made, factor } = smallOn(2);
    const value = (name: string) => made.quantities.get(name)?.value ?? Number.NaN;
    expect(value('worker.machines.count')).toBe(1);
    expect(value('worker.processes')).toBe(2);
    expect(factor).toBeCloseTo(value('workload.peak') / 10_000, 12);
    const next = planner.plan({
      ...spec,
      ...smallOn(2).spec,
      workload: {
        ...smallOn(2).spec.workload,
        peak: {
          ...spec.workload.peak,
          value: value('workload.peak') + 1,
          exact: String(value('workload.peak') + 1),
        },
      },
    });
    expect(next.quantities.get('worker.machines.count')?.value).toBeGreaterThan(1);
  });

  it('keeps the nodes of a quorum, and one of whatever needs no other', () => {
    const { plan: made } = smallOn(1);
    const value = (name: string) => made.quantities.get(name)?.value;
    expect(value('queue.nodes.count')).toBe(3);
    expect(value('loadBalancer.nodes.count')).toBe(1);
  });

  it('says of its inputs that they were scaled', () => {
    const origin = smallOn(1).plan.quantities.get('workload.peak')?.origin;
    expect(origin).toMatchObject({ kind: 'assumed', why: expect.stringContaining('a laptop') });
  });

  it('fits into the memory of a laptop of 8 GiB, all processes together', () => {
    const { plan: made } = smallPlan(spec, plan, laptop, planner);
    const value = (name: string) => made.quantities.get(name)?.value ?? Number.NaN;
    const tiers = [
      ['loadBalancer.nodes.count', 'loadBalancer.memory.perNode'],
      ['api.servers.count', 'api.memory.limit'],
      ['identityData.nodes.count', 'identityData.memory.pod'],
      ['identityManagement.instances.count', 'identityManagement.memory.perInstance'],
      ['identityManagement.databases.count', 'identityManagement.database.memory'],
      ['queue.nodes.count', 'queue.memory.perNode'],
      ['worker.machines.count', 'worker.memory.pod'],
      ['usageAggregator.instances.count', 'usageAggregator.memory.perInstance'],
      ['usageStore.nodes.count', 'usageStore.memory.perNode'],
    ] as const;
    const ofTiers = tiers.map(([count, memory]) => value(count) * value(memory));
    const tools = ['batch.memory', 'coldStorage.gateway.memory', 'monitoring.memory.prometheus'].map(value);
    const all = [...ofTiers, ...tools, value('monitoring.memory.alertmanager')].reduce(
      (sum, each) => sum + each,
    );
    expect(all).toBeLessThan(laptop.memoryBytes);
    expect(all).toBeGreaterThan(0.8 * laptop.memoryBytes);
    expect(value('api.memory.perServer')).toBeLessThan(value('api.memory.limit'));
  });

  it('lets one client open as many connections as its library keeps', () => {
    const { plan: made } = smallPlan(spec, plan, laptop, planner);
    const value = (name: string) => made.quantities.get(name)?.value ?? Number.NaN;
    expect(value('loadBalancer.connections.perAddress')).toBeGreaterThanOrEqual(50);
    expect(value('loadBalancer.connections.perAddress')).toBeLessThan(value('loadBalancer.maxConnections'));
  });

  it('says where the memory is too little for one request', () => {
    expect([2, 4, 8].map((gibibytes) => smallOn(2, gibibytes).fits)).toEqual([false, true, true]);
  });

  it('leaves a quantity as it is that the user has set', () => {
    const own = {
      ...spec,
      tiers: spec.tiers.map((tier) => ({
        ...tier,
        overrides: tier.id === 'queue' ? [overrideOf('queue.memory.base', 123_000_000)] : tier.overrides,
      })),
    };
    const { plan: made } = smallPlan(own, planner.plan(own), laptop, planner);
    expect(made.quantities.get('queue.memory.base')?.value).toBe(123_000_000);
  });

  it('refuses a machine without cores for workers', () => {
    expect(() => smallOn(0)).toThrow('workerCores is 0');
    expect(() => smallOn(5)).toThrow('must be between 1 and cores (4)');
  });
});
