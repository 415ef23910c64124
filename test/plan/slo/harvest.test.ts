import { describe, expect, it } from 'vitest';
import { exampleWith, sloOf } from './planned.ts';

describe('harvest', () => {
  const of = (text: string, tier: string) => sloOf(text).harvest.find((each) => each.tier === tier);

  it('of records on three of five nodes is 90 % when any three are lost, and whole when a zone is', () => {
    const store = of(exampleWith(), 'usageStore');
    expect(store).toMatchObject({ layout: 'sharded', nodes: 5, replicas: 3, policy: 'reduce-harvest' });
    expect(store?.losses.map(({ what, harvest }) => [what, Number(harvest.toFixed(9))])).toEqual([
      ['1 machine', 1],
      ['the largest zone (2 machines)', 1],
      ['any 3 machines', 0.9],
    ]);
  });

  it('is kept by tiers that shed: they answer fewer', () => {
    const workers = of(exampleWith(), 'worker')?.losses.find(({ what }) => what.includes('zone'));
    expect(workers).toMatchObject({ harvest: 1, yield: 0.832, dq: 0.832 });
    expect(workers?.consequence).toBe('16.8 % of the requests of the peak are refused');
  });

  it('is given up where that is declared, with the same capacity left', () => {
    const text = exampleWith([
      'onOverload: queue # jobs wait',
      'degradation: reduce-harvest\n    onOverload: queue # jobs wait',
    ]);
    const workers = of(text, 'worker');
    expect(workers).toMatchObject({ policy: 'reduce-harvest', declaredBy: 'degradation' });
    const zone = workers?.losses.find(({ what }) => what.includes('zone'));
    expect(zone).toMatchObject({ harvest: 0.832, yield: 1, dq: 0.832 });
  });

  it('must be decided: a tier that says nothing is a finding', () => {
    const text = exampleWith(
      ['    onOverload: queue # jobs wait in the queue until their deadline\n', ''],
      [
        '      consistency: linearizable\n      underPartition: consistency\n      durability: "none: a lost job',
        '      durability: "none: a lost job',
      ],
    );
    const found = sloOf(text).findings.filter(({ code }) => code === 'degradation-undeclared');
    expect(found.map(({ tier }) => tier)).toEqual(['worker']);
    expect(found[0]?.advice).toContain('decide now');
  });
});
