import { describe, expect, it } from 'vitest';
import { buildPlan } from '../../src/plan/build.ts';
import { smallPlan } from '../../src/plan/scale.ts';
import { exampleSpec } from '../../src/spec/example.ts';
import type { Spec } from '../../src/spec/types.ts';

const spec = exampleSpec();
const build = (each: Spec) => buildPlan({ spec: each, sets: [] });
const plan = build(spec);

function smallOn(workerCores: number) {
  const size = { name: 'a laptop', cores: 4, workerCores, memoryBytes: 8 * 2 ** 30 };
  return smallPlan(spec, plan, size, build);
}

describe('the plan of the service on one small machine', () => {
  it('carries the most that one worker machine of these cores carries', () => {
    const { plan: made, factor } = smallOn(2);
    const value = (name: string) => made.quantities.get(name)?.value ?? Number.NaN;
    expect(value('worker.machines.count')).toBe(1);
    expect(value('worker.processes')).toBe(2);
    expect(factor).toBeCloseTo(value('workload.peak') / 10_000, 12);
    const next = build({
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

  it('refuses a machine without cores for workers', () => {
    expect(() => smallOn(0)).toThrow('workerCores is 0');
    expect(() => smallOn(5)).toThrow('must be between 1 and cores (4)');
  });
});
