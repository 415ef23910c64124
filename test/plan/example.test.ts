import { describe, expect, it } from 'vitest';
import { buildPlan } from '../../src/plan/build.ts';
import { exampleSpec } from '../../src/spec/example.ts';

const plan = buildPlan({ spec: exampleSpec(), sets: [] });

function value(name: string): number | undefined {
  return plan.quantities.get(name)?.value;
}

function tier(id: string) {
  const found = plan.tiers.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no tier ${id}`);
  return found;
}

function binding(id: string): readonly string[] {
  return tier(id)
    .constraints.filter((one) => one.binding)
    .map((one) => one.kind);
}

describe("the built-in example with the cited figure gives the essay's own arithmetic", () => {
  it.each([
    ['worker.throughputPerCore', 10, 'req/s/core'],
    ['worker.busyCores', 1000, 'core'],
    ['worker.machines.throughput', 32, 'machine'],
    ['worker.machines.headroom', 40, 'machine'],
    ['worker.machines.markup', 39, 'machine'],
    ['worker.machines.zone', 48, 'machine'],
    ['worker.machines.count', 40, 'machine'],
    ['worker.yieldAfterZoneLoss', 0.832, '1'],
    ['api.servers.throughput', 2, 'machine'],
    ['api.servers.count', 3, 'machine'],
    ['queue.nodes.count', 3, 'machine'],
    ['loadBalancer.bandwidth.in', 20.48e9, 'bit/s'],
    ['queue.bytes.bodies', 2.56e9, 'B/s'],
    ['identityManagement.nodes.count', 3, 'machine'],
    ['objectives.availability.target', 0.999, '1'],
    ['objectives.availability.unavailability', 0.001, '1'],
    ['objectives.availability.budget', 2592, 's'],
    ['api.objective', 0.9999, '1'],
    ['api.server.throughput', 5000, 'req/s/machine'],
    ['workload.payload.mean', 256_000, 'B/req'],
    ['worker.machines.latency', 32, 'machine'],
  ])('%s is %d %s', (name, expected, unit) => {
    expect(value(name)).toBe(expected);
    expect(plan.quantities.get(name)?.unit).toBe(unit);
  });

  it('names the constraint that binds each tier', () => {
    expect(binding('loadBalancer')).toEqual(['bandwidth']);
    expect(binding('api')[0]).toBe('headroom');
    expect(binding('queue')).toEqual(['quorum']);
    expect(binding('worker')).toEqual(['headroom']);
    expect(binding('usageStore')).toEqual(['disk']);
    expect(binding('batch')).toContain('deadline');
  });

  it('shows what the policy does not require, and leaves it out of the count', () => {
    const left = tier('worker').constraints.filter((one) => !one.required);
    expect(left.map((one) => [one.kind, one.count])).toEqual([
      ['zone loss', 48],
      ['markup', 39],
      ['random choice', 33],
    ]);
  });

  it('sizes every tier of the figure', () => {
    expect(plan.tiers.map((one) => one.id)).toEqual([
      'loadBalancer',
      'api',
      'identityCache',
      'identityData',
      'identityManagement',
      'queue',
      'worker',
      'usageAggregator',
      'usageStore',
      'batch',
      'billing',
      'coldStorage',
    ]);
    for (const { count } of plan.tiers) expect(count).toBeGreaterThan(0);
  });

  it('finds no objective missed, and says that nothing was measured', () => {
    expect(plan.findings.filter((one) => one.severity === 'error')).toEqual([]);
    expect(plan.findings.map((one) => one.code)).toContain('not-measured');
  });

  it('nests the deadlines of the hops', () => {
    const hops = ['client', 'loadBalancer', 'api', 'queue', 'worker'].map(
      (hop) => value(`${hop}.deadline`) ?? 0,
    );
    expect(hops).toEqual([...hops].sort((a, b) => b - a));
    expect(new Set(hops).size).toBe(hops.length);
  });

  it('accepts all requests that an election holds back, with a load balancer lost, and all that it can answer', () => {
    const at = (name: string) => value(name) ?? Number.NaN;
    const accepted = (at('loadBalancer.nodes.count') - 1) * at('loadBalancer.maxConnections');
    expect(accepted).toBeGreaterThan(at('api.bodies.duringPause'));
    const held = at('loadBalancer.server.limit') * at('api.servers.count') + at('loadBalancer.queue.limit');
    expect(at('loadBalancer.maxConnections')).toBeGreaterThan(held);
    expect(at('loadBalancer.memory.perNode')).toBeLessThan(at('loadBalancer.machine.memory'));
  });

  it('lets no job expire within an election', () => {
    expect(value('queue.deadline')).toBeGreaterThan(
      value('queue.election.pause') ?? Number.POSITIVE_INFINITY,
    );
  });
});

describe('what the policy asks for', () => {
  it('takes 48 machines where a zone must be survived', () => {
    const surviving = buildPlan({ spec: exampleSpec(), sets: [{ name: 'policy.survive.zone', text: '1' }] });
    expect(surviving.quantities.get('worker.machines.count')?.value).toBe(48);
    expect(surviving.quantities.get('worker.yieldAfterZoneLoss')?.value).toBe(1);
    expect(surviving.findings.map((one) => one.code)).not.toContain('zone-loss');
  });
});
