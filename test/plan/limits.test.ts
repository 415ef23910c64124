import { describe, expect, it } from 'vitest';
import { buildPlan } from '../../src/plan/build.ts';
import { exampleText } from '../../src/spec/example.ts';
import { readSpec } from '../../src/spec/read.ts';

function findings(text: string, sets: { name: string; text: string }[] = []) {
  return buildPlan({ spec: readSpec(text, 'headroom.yaml'), sets }).findings;
}

/** The example in one region with the given zones. */
function withZones(zones: string): string {
  const text = exampleText.replace(/zones: \[[^\]]*\]/, `zones: [${zones}]`);
  expect(text).not.toBe(exampleText);
  return text;
}

describe('what cannot be built is an error, not a small number', () => {
  it('finds that the only zone cannot be survived, for every tier that would have to', () => {
    const found = findings(withZones('a'), [{ name: 'policy.survive.zone', text: '1' }]);
    const impossible = found.filter(({ code }) => code === 'constraint-impossible');
    expect(impossible.map(({ tier }) => tier)).toEqual(
      expect.arrayContaining(['loadBalancer', 'api', 'queue', 'worker']),
    );
    for (const { severity } of impossible) expect(severity).toBe('error');
    expect(found.map(({ code }) => code)).not.toContain('zone-loss');
  });

  it('finds that two zones cannot hold a majority when one is lost', () => {
    const found = findings(withZones('a, b'), [{ name: 'policy.survive.zone', text: '1' }]);
    expect(found.filter(({ code }) => code === 'constraint-impossible').map(({ tier }) => tier)).toEqual([
      'queue',
    ]);
  });

  it('finds machines too small for what each must hold whole, and counts nothing below zero', () => {
    const plan = buildPlan({
      spec: readSpec(exampleText, 'headroom.yaml'),
      sets: [
        { name: 'workload.users', text: '1000M user' },
        { name: 'machines.general.memory', text: '4 GiB/machine' },
      ],
    });
    const small = plan.findings.filter(({ code }) => code === 'machine-too-small').map(({ tier }) => tier);
    expect(small).toEqual(expect.arrayContaining(['api', 'identityData', 'identityManagement']));
    for (const { constraints } of plan.tiers)
      for (const { count } of constraints) expect(count).toBeGreaterThanOrEqual(0);
    expect(plan.quantities.get('api.concurrency.limit')?.value).toBe(0);
  });

  it('finds an objective below what the resize alone takes', () => {
    const found = findings(exampleText, [{ name: 'objectives.latency.below', text: '300 ms' }]);
    expect(found[0]).toMatchObject({ code: 'latency-unreachable', severity: 'error' });
  });

  it('says when growing demand fills the fleet', () => {
    const sets = [{ name: 'workload.growth', text: '50 %' }];
    const plan = buildPlan({ spec: readSpec(exampleText, 'headroom.yaml'), sets });
    const years = (plan.quantities.get('worker.exhaustion')?.value ?? 0) / 31_557_600;
    expect(years).toBeCloseTo(Math.log(1.28) / Math.log(1.5), 9);
    expect(plan.findings.map(({ code }) => code)).toContain('growth');
    expect(findings(exampleText).map(({ code }) => code)).not.toContain('growth');
  });
});
